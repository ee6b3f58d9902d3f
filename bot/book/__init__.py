"""The book of everything Kiem can say, for people who review it: static HTML that loads and sends nothing. It needs no Rasa."""
