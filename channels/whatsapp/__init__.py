"""WhatsApp by its Cloud API: a business number."""
