"""The demo: real data in workspaces of their own, people to log in as, and one campaign replayed from launch to result."""
