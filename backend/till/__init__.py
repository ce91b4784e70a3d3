"""Where money comes in online: the payer's page, the provider's callbacks, and what is asked of the provider."""
