"""What is drawn, decided once: frozen pictures made from domain objects."""
