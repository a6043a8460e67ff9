"""The application that an ASGI server runs."""

import os

from django.core.asgi import get_asgi_application

from xingke_web.config.home import home_check, home_here

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xingke_web.config.settings")
home_check(home_here())
application = get_asgi_application()
