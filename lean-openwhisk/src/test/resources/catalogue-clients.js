// Arguments: the server's address, a site's id and its token, a folder of its own.
const [url, site, token, folder] = process.argv.slice(1);
const PouchDB = require(process.env.CATALOG_NODE_PATH + '/pouchdb');
const nano = require(process.env.CATALOG_NODE_PATH + '/nano');
const address = url.replace('//', '//' + site + ':' + token + '@');
const copy = new PouchDB(folder + '/copy');
const remote = new PouchDB(url + '/whisks', { auth: { username: site, password: token } });

function say(line) {
  process.stdout.write(line + '\n');
}

// What the copy holds, in one line: each document with the size of what lies beside it.
async function show() {
  const all = await copy.allDocs({ include_docs: true, attachments: true, binary: true, conflicts: true });
  return all.rows.map(({ id, doc }) => {
    const sizes = Object.values(doc._attachments || {}).map(a => a.data.length);
    return id + '@' + doc._rev.split('-')[0] + (sizes.length ? ':' + sizes : '') + (doc._conflicts ? '!' : '');
  }).join(' ');
}

async function replicate() {
  const result = await copy.replicate.from(remote, { batch_size: 3 });
  say('copied ' + result.ok + ' ' + result.doc_write_failures + ' ' + await show());
}

async function main() {
  const server = nano(address);
  const info = await server.db.get('whisks');
  say('nano ' + info.db_name + ' ' + (await server.use('whisks').list()).rows.length);
  const reader = server.use('whisks').changesReader;
  reader.start({ since: info.update_seq, includeDocs: true, timeout: 10000 })
    .on('change', change => say('followed ' + change.id + (change.deleted ? ' gone' : ' ' + change.doc.entityType)))
    .on('error', error => say('error ' + error.message));
  await replicate();
  // The test says when it has changed something, and when all is done.
  require('readline').createInterface({ input: process.stdin }).on('line', async line => {
    if (line === 'again') {
      await replicate();
    } else {
      reader.stop();
      process.exit(0);
    }
  });
}

main().catch(error => {
  say('failed ' + (error.stack || JSON.stringify(error)));
  process.exit(1);
});
