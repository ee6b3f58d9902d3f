"""How people reach Kiem: the REST channel and the web chat. Each turns its messages into `Inbound` and replies into its own form."""
