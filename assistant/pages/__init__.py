"""Pages that answer without a question: HTML made on the server from the catalogue. Every text is escaped."""
