"""One customer of many records: normal forms, matching, clusters, the golden record, and how each is explained."""
