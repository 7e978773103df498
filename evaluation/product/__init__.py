"""The whole product as a measurement sees it: a checkout that runs as processes, and visitors on its website's API."""
