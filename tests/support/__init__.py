"""What tests share: databases made by our own migrations, factories, page checks, the real server."""
