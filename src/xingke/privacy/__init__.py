"""What keeps personal values unreadable: sealing, the key ring, blind indexes, pseudonyms and group sizes."""
