"""Learning corrections of the sentence encoder on our own examples. Not part of the running bot; needs PyTorch.

.venv/bin/python -m bot.nlu.tuning.prepare FOLDER     # token ids, labels and the packaged weights
python -m bot.nlu.tuning.learn FOLDER                 # in an environment with torch and numpy (CPU: about half an hour)
cp FOLDER/tuned.npz bot/nlu/encoding/                 # the next start builds the encoder and trains the model anew
"""
