"""How made clips are drawn: people and faces out of painted shapes; it knows no dataset."""
