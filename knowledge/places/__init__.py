"""Belgian places: names, postcodes, regions. Owns looking them up; finding them in a message is `bot.nlu.details`."""
