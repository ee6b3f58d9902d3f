// Trains nlp.js on the examples of in.json, asks it the cases, writes out.json. Run by compare.py.
const fs = require('fs');
const { NlpManager } = require('node-nlp');

(async () => {
  const { examples, cases } = JSON.parse(fs.readFileSync('in.json', 'utf8'));
  const manager = new NlpManager({ languages: ['nl', 'fr', 'en'], forceNER: false, nlu: { log: false }, autoSave: false });
  for (const [intent, text] of examples) for (const language of ['nl', 'fr', 'en']) manager.addDocument(language, text, intent);
  let start = process.hrtime.bigint();
  await manager.train();
  const train = Number(process.hrtime.bigint() - start) / 1e9;
  const guesses = [];
  const seconds = [];
  for (const text of cases) {
    start = process.hrtime.bigint();
    guesses.push((await manager.process(text)).intent);
    seconds.push(Number(process.hrtime.bigint() - start) / 1e9);
  }
  fs.writeFileSync('out.json', JSON.stringify({ guesses, seconds, train, memory: process.memoryUsage().rss / 2 ** 20 }));
})();
