// Reads a JSON array of Flux scripts and prints a JSON array of booleans: which of them InfluxData's own
// parser and type checker accept.
const { is_valid_flux } = require('@influxdata/flux-lsp-node');

const scripts = JSON.parse(require('fs').readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(scripts.map((script) => is_valid_flux(script))));
