"""The database: engine, tables, migrations, Rasa's conversations (encrypted) and the locks between messages."""
