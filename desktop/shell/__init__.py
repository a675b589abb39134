"""The window around the pages: navigation, header, banners, status strip, lock, help."""
