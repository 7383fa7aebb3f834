// Stores sensor readings in an InfluxDB 2: the action for an OpenWhisk that has none built in. It needs no module.
//
//   wsk action create addReadingToDb samples/actions/addReadingToDb.js --kind nodejs:20 \
//       -p influx_url http://influxdb:8086 -p influx_org influxdata -p influx_bucket measure -p influx_token "$TOKEN"
//
// Parameters and results are those of the built-in action (docs/aggregates.md). What it does not promise:
// - There is no outbox. A database that is away is tried again for two seconds; then the activation ends with an error,
//   OpenWhisk does not run it again, and the reading is lost unless its sender sends it again.
// - Nothing is set aside: "setAside" in the result says what was left out and why, and nobody keeps it.
// - A reading without a time of its own gets that of the run, in milliseconds: run again, it is another point.
// - Whole numbers beyond 2^53 are exact in a body of text, the feeds' default, and refused as ids, times and integers in one
//   of JSON; epoch seconds keep six decimals.
'use strict';

const PATIENCE_MS = 2000;
const TIMEOUT_MS = 10000;
const PARAMETERS = ['layout', 'measurement', 'timestampKey', 'timestampUnit', 'tags', 'fields', 'exclude', 'units',
  'topicTags', 'flatten'];
const OTHER_SETTINGS = ['type', 'topic', 'window', 'lateness', 'timezone', 'offset', 'measurements', 'functions', 'groupBy',
  'prefix', 'job'];
const TIMES = {
  s: [1000000000n, 'a number of epoch seconds'],
  ms: [1000000n, 'a whole number of epoch milliseconds'],
  us: [1000n, 'a whole number of epoch microseconds'],
  ns: [1n, 'a whole number of epoch nanoseconds'],
  rfc3339: [0n, 'a time such as 2026-03-01T10:00:00Z']
};

/** What the user has to know: it becomes the activation's error. */
class Fault extends Error {}

function must(holds, message) {
  if (!holds) {
    throw new Fault(message);
  }
}

function errorOf(fault) {
  if (!(fault instanceof Fault)) {
    throw fault;
  }
  return {error: fault.message};
}

async function main(params) {
  const now = BigInt(Date.now()) * 1000000n;
  const batch = Array.isArray(params.messages);
  const messages = batch ? params.messages : [params];
  if (!batch && params.type === 'status') {
    return {ignored: 'status'};
  }
  let read = [];
  try {
    const target = targetOf(params, 'influx');
    const rules = rulesOf(params);
    // The readings of a batch that have no time of their own must not fall on each other.
    read = messages.map((message, i) => readMessage(message, rules, now + BigInt(i)));
    await write(target, read.filter(message => message.lines));
  } catch (fault) {
    const points = stored(read);
    return {...(points > 0 && {points}), ...errorOf(fault)};
  }
  return batch ? batchResult(read) : result(read[0]);
}

function result({error, lines, faults}) {
  return {...(error ? {error} : {points: lines.length}), ...(faults?.length > 0 && {setAside: faults})};
}

/** The sum of what became of the messages; an error only if no message came to anything. */
function batchResult(read) {
  const points = stored(read);
  const ignored = read.filter(message => message.ignored).length;
  // What the database refused is known last.
  const refused = message => message.error !== undefined && message.lines !== undefined && message.faults.length === 0;
  const reasons = [...read.filter(message => !refused(message)), ...read.filter(refused)]
    .flatMap(({error, faults = []}) => error === undefined ? faults : [error, ...faults]);
  return {
    ...(points > 0 && {points}),
    ...(ignored > 0 && {ignored}),
    ...(reasons.length > 0 && {setAside: reasons.slice(0, 10), setAsideCount: reasons.length}),
    ...(read.length > 0 && read.every(message => message.error) && {error: reasons[0]})
  };
}

function stored(read) {
  return read.reduce((points, message) => points + (message.stored ? message.lines.length : 0), 0);
}

// ---- Parameters

function text(params, key) {
  const value = params[key] ?? undefined;
  must(value === undefined || (typeof value === 'string' && value !== ''), `parameter ${key} must be a text`);
  return value;
}

function targetOf(params, prefix) {
  const [url, org, bucket] = ['_url', '_org', '_bucket'].map(suffix => {
    const value = text(params, prefix + suffix);
    must(value?.trim(), `parameter ${prefix + suffix} is missing: bind it to the package or to the action`);
    return suffix === '_url' ? value.replace(/\/+$/, '') : value;
  });
  const address = URL.canParse(url) ? new URL(url) : {};
  must(['http:', 'https:'].includes(address.protocol) && !address.username && !address.password && !address.search,
    'the URL of an InfluxDB must have the form http://host:port or https://host:port');
  const name = `bucket ${bucket} of organization ${org} at ${url}`;
  const token = params[prefix + '_token'] ?? '';
  // fetch would show it in its own words.
  must(typeof token === 'string' && /^[!-~]*$/.test(token),
    `the token for ${name} must consist of printable ASCII characters without spaces`);
  return {url, org, bucket, token, name};
}

function rulesOf(params) {
  const rules = {
    layout: choice('layout', text(params, 'layout') ?? 'reference', ['reference', 'fields']),
    measurement: text(params, 'measurement') && nameOf('measurement', params.measurement).name,
    timestampKey: text(params, 'timestampKey') ?? 'timestamp',
    timestampUnit: choice('timestampUnit', text(params, 'timestampUnit') ?? 'ms', Object.keys(TIMES)),
    tags: names('tags', params.tags ?? ['datacenter_id', 'device_fingerprint'], nameOf),
    fields: names('fields', params.fields ?? [], fieldOf),
    units: unitsOf(params.units ?? {}),
    exclude: names('exclude', params.exclude ?? [], nameOf),
    levels: text(params, 'topicTags')?.split('/') ?? [],
    separator: text(params, 'flatten')
  };
  must(!rules.levels.slice(0, -1).includes('#'), `parameter topicTags may have # at its end only, was ${params.topicTags}`);
  rules.levels.filter(level => level !== '_' && level !== '#').forEach((level, i, own) => {
    nameOf('topicTags', level);
    must(own.indexOf(level) === i, `parameter topicTags gives the name ${level} to several levels`);
  });
  const named = rules.measurement !== undefined || rules.levels.includes('measurement');
  must(named || rules.layout === 'reference', 'layout fields needs a measurement: give the parameter measurement, or a level'
    + ' of that name in topicTags');
  must(!named || rules.layout === 'fields', 'measurement is for the layout fields: in the layout reference each key is one');
  return rules;
}

function choice(key, word, choices) {
  must(choices.includes(word), `parameter ${key} must be one of ${choices.join(', ')}, was "${word}"`);
  return word;
}

/** A list of keys, or an object with something for each key: a map from key to what `make` makes of it. */
function names(parameter, value, make) {
  must(typeof value === 'object',
    `parameter ${parameter} must be a list of keys, or an object with the new name of each key`);
  const entries = Array.isArray(value) ? value.map(key => [key, key]) : Object.entries(value);
  const made = new Map(entries.map(([key, given]) => [key, make(parameter, given, key)]));
  must(new Set([...made.values()].map(each => each.name)).size === made.size,
    `parameter ${parameter} gives one name to several keys`);
  return made;
}

function nameOf(parameter, name) {
  must(typeof name === 'string', `parameter ${parameter} must hold texts, was ${JSON.stringify(name)}`);
  must(!faultOf(name), `parameter ${parameter} has a name that ${faultOf(name)}: "${name}"`);
  return {name, type: 'float'};
}

function fieldOf(parameter, value, key) {
  if (typeof value === 'string') {
    return nameOf(parameter, value);
  }
  const {name = key, type = 'float'} = entriesOf(parameter, value, key, ['name', 'type'], 'a new name, or ');
  return {...nameOf(parameter, name), type: choice(`fields.${key}.type`, type, ['float', 'integer', 'boolean', 'string'])};
}

function unitsOf(units) {
  must(isObject(units), 'parameter units must be an object with {"scale", "offset"} for each key');
  return new Map(Object.entries(units).map(([key, unit]) => {
    const {scale = 1, offset = 0} = entriesOf('units', unit, key, ['scale', 'offset'], '');
    const wrong = [scale, offset].find(number => !Number.isFinite(number));
    must(wrong === undefined, `parameter units must hold numbers for ${key}, was ${JSON.stringify(wrong)}`);
    return [key, {scale, offset}];
  }));
}

function entriesOf(parameter, value, key, [first, second], or) {
  must(isObject(value), `parameter ${parameter} must hold ${or}{"${first}", "${second}"}${or && ','} for ${key}`);
  const unknown = Object.keys(value).find(name => name !== first && name !== second);
  must(unknown === undefined,
    `parameter ${parameter} has an unknown "${unknown}" for ${key}, known are [${first}, ${second}]`);
  return value;
}

// ---- Readings

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** {ignored}, {error}, or {lines, faults}: what is fit to be stored, and a fault for each key that is not. */
function readMessage(message, rules, now) {
  try {
    must(isObject(message), 'a message of a batch must be an object');
    return message.type === 'status' ? {ignored: true} : readReading(bodyOf(message), message.topic, rules, now);
  } catch (fault) {
    return errorOf(fault);
  }
}

function bodyOf(message) {
  if (!Object.hasOwn(message, 'body')) {
    // Bound parameters, also tokens, are not part of a reading that came as the parameters themselves.
    const isSetting = (key, value) => PARAMETERS.includes(key) ? !['number', 'boolean'].includes(typeof value)
      : typeof value === 'string' && (/^(influx|local|central)_/.test(key) || OTHER_SETTINGS.includes(key));
    const own = Object.entries(message).filter(([key, value]) => !isSetting(key, value));
    must(own.length > 0, 'there is no reading: the parameters have no body');
    return Object.fromEntries(own);
  }
  const isText = typeof message.body === 'string';
  const body = isText ? parse(message.body) : message.body;
  must(isObject(body), isText ? 'the body is not a reading: JSON object expected'
    : 'the body must be a JSON object, or one as text');
  return body;
}

/** JSON whose whole numbers of sixteen digits and more, which a number may not hold, are BigInts. */
function parse(json) {
  try {
    JSON.parse(json);
    // The digits after a point or in an exponent are no number of their own.
    const marked = json.replace(/"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g,
      token => token.startsWith('"') ? token : `"\\u0000${token}"`);
    return JSON.parse(marked, (key, value) =>
      typeof value === 'string' && /^\0-?\d+$/.test(value) ? BigInt(value.slice(1)) : value);
  } catch (error) {
    throw new Fault('the body is not a reading: not JSON: ' + error.message);
  }
}

function readReading(body, topic, rules, now) {
  const fields = new Map(rules.separator === undefined ? Object.entries(body) : flatten(body, rules.separator));
  const levels = rules.levels.length === 0 ? new Map() : levelsOf(topic, rules.levels);
  const tags = tagsOf(fields, levels, rules);
  const time = fields.has(rules.timestampKey) ? timeOf(fields.get(rules.timestampKey), rules) : now;
  const reserved = key => key === rules.timestampKey || rules.tags.has(key) || rules.exclude.has(key);
  const wanted = rules.fields.size > 0
    ? [...rules.fields].filter(([key]) => fields.has(key))
    : [...fields.keys()].filter(key => !reserved(key)).map(key => [key, {name: key, type: 'float'}]);
  const faults = [];
  const values = [];
  for (const [key, {name, type}] of wanted) {
    const value = fields.get(key);
    const written = faultOf(name) ? undefined : writtenAs(type, value, rules.units.get(key));
    if (written !== undefined) {
      values.push([name, written, ['string', 'boolean'].includes(type) ? type : 'value']);
    } else {
      faults.push(faultOf(name) ? `key ${shorten(key)} ${faultOf(name)}` : valueFault(key, value, type));
    }
  }
  must(values.length > 0, faults.join('; ') || 'the reading has no measurement');
  const series = [...tags].map(([name, value]) => `,${escape(name)}=${escape(value)}`).join('');
  const point = (measurement, all) => `${escape(measurement, /[, ]/g)}${series} ${all} ${time}`;
  const lines = rules.layout === 'reference'
    ? values.map(([key, value, field]) => point(key, `${field}=${value}`))
    : [point(rules.measurement ?? levels.get('measurement'), values.map(([key, value]) => `${escape(key)}=${value}`).join())];
  return {lines, faults};
}

function flatten(object, separator, prefix = '', depth = 1, into = new Map()) {
  must(depth <= 16, 'the reading is nested deeper than 16 objects');
  for (const [name, value] of Object.entries(object)) {
    if (isObject(value)) {
      flatten(value, separator, prefix + name + separator, depth + 1, into);
    } else {
      must(!into.has(prefix + name), `the reading has the key ${shorten(prefix + name)} twice when it is flattened`);
      into.set(prefix + name, value);
    }
  }
  return into;
}

function levelsOf(topic, levels) {
  must(typeof topic === 'string', 'the message has no topic: subscribe its feed with include: [topic]');
  const given = topic.split('/');
  const fixed = levels.filter(level => level !== '#');
  must(given.length === fixed.length || (given.length > fixed.length && levels.includes('#')),
    `the topic ${shorten(topic)} does not have the levels of topicTags (${levels.join('/')})`);
  const named = fixed.map((level, i) => [level, given[i]]).filter(([level]) => level !== '_');
  named.forEach(([level, value]) => must(!faultOf(value), `${level} of the topic ${shorten(topic)} ${faultOf(value)}`));
  return new Map(named);
}

/** Those of the message first; a level of the topic stands in for a key that is missing. */
function tagsOf(fields, levels, rules) {
  const own = [...rules.tags].filter(([key, {name}]) => fields.has(key) || !levels.has(name)).map(([key, {name}]) => {
    must(fields.has(key), `${key} is missing`);
    const value = fields.get(key);
    const tag = typeof value === 'string' ? value : wholeOf(value)?.toString();
    must(tag !== undefined, `${key} must be a whole number or a text, was ${shorten(show(value))}`);
    must(!faultOf(tag), `${key} ${faultOf(tag)}`);
    return [name, tag];
  });
  const names = own.map(([name]) => name);
  return [...own, ...[...levels].filter(([name]) => name !== 'measurement' && !names.includes(name))];
}

/** A number of 64 bits, if it is one and known exactly. */
function wholeOf(value) {
  const whole = Number.isSafeInteger(value) ? BigInt(value) : value;
  return typeof whole === 'bigint' && BigInt.asIntN(64, whole) === whole ? whole : undefined;
}

function timeOf(value, {timestampKey, timestampUnit}) {
  const [factor, expected] = TIMES[timestampUnit];
  const whole = wholeOf(value);
  let nanos = 0n;
  if (timestampUnit === 'rfc3339') {
    nanos = momentOf(value);
  } else if (whole !== undefined) {
    nanos = whole * factor;
  } else if (timestampUnit === 's' && Number.isFinite(value)) {
    nanos = BigInt(Math.trunc(value)) * factor + BigInt(Math.round(value % 1 * 1e6)) * 1000n;
  }
  // 1973: an earlier number is of another unit, or comes from a clock that was never set. 2262: the last that fits.
  must(nanos >= 100000000000000000n && nanos <= 9223372036853775807n,
    `${timestampKey} must be ${expected} after 1973, was ${shorten(show(value))}`);
  return nanos;
}

function momentOf(value) {
  const [, minute, second = '00', fraction = '', zone] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)$/.exec(value) ?? [];
  const [shown, moment] = ['Z', zone].map(place => Date.parse(`${minute}:${second}${place}`));
  // A day such as 30 February is taken for one of the next month.
  const exists = !Number.isNaN(moment) && new Date(shown).toISOString().startsWith(minute);
  return exists ? BigInt(moment) * 1000000n + BigInt(fraction.padEnd(9, '0')) : 0n;
}

// ---- Line protocol

/** The value of a field as it is written, or undefined if there is none of the type. */
function writtenAs(type, value, unit) {
  const isNumber = typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';
  if (type === 'string') {
    const written = isNumber ? String(value) : value;
    return typeof written === 'string' && written.length <= 64000 ? `"${escape(written, /["\\]/g)}"` : undefined;
  }
  if (!isNumber) {
    return undefined;
  }
  if (type === 'integer' && !unit && (typeof value === 'bigint' || Number.isInteger(value))) {
    return wholeOf(value) === undefined ? undefined : `${value}i`;
  }
  const number = unit ? Number(value) * unit.scale + unit.offset : Number(value);
  if (type === 'boolean') {
    return String(number !== 0);
  }
  if (type === 'float') {
    return Number.isFinite(number) ? String(number) : undefined;
  }
  const rounded = Math.round(number);
  // Halves go to the even neighbour.
  const even = Math.abs(number % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
  return even >= -(2 ** 63) && even < 2 ** 63 ? `${BigInt(even)}i` : undefined;
}

function valueFault(key, value, type) {
  if (typeof value === 'number' || typeof value === 'bigint') {
    return `key ${key} is out of the range of ${type === 'integer' ? 'an integer' : 'a float'}`;
  }
  const kind = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  return `key ${key} must be ${type === 'string' ? 'a text of at most 64,000 characters' : 'a number or a boolean'},`
    + ` was of type ${kind}`;
}

/** Why a name or a tag's value cannot be written; empty if it can. */
function faultOf(name) {
  const faults = [
    [name === '', 'is empty'],
    [name.length > 256, 'is longer than 256 characters'],
    [name.startsWith('#'), 'starts with #'],
    [/[\u0000-\u001f\u007f]/.test(name), 'has a control character'],
    [/\\(?:[, =\\]|$)/.test(name), 'has a backslash at the end or before a comma, space, equals sign or backslash'],
    [!name.isWellFormed(), 'has half a Unicode character']
  ];
  return faults.find(([found]) => found)?.[1] ?? '';
}

function escape(name, special = /[, =]/g) {
  return name.replace(special, '\\$&');
}

function show(value) {
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}

function shorten(value) {
  return value.length > 60 ? value.slice(0, 60) + '…' : value;
}

// ---- The database

/** Writes messages with one request; if the database refuses the data, by halves, so that a bad one fails alone. */
async function write(target, messages) {
  if (messages.length === 0) {
    return;
  }
  const refused = await post(target, messages.flatMap(message => message.lines).join('\n'));
  if (refused === undefined) {
    messages.forEach(message => { message.stored = true; });
  } else if (messages.length === 1) {
    messages[0].error = 'the database refuses the reading: ' + refused;
  } else {
    await write(target, messages.slice(0, messages.length >> 1));
    await write(target, messages.slice(messages.length >> 1));
  }
}

/** Resolves with undefined when the points are stored, with the reason if they can never be. */
async function post({url, org, bucket, token, name}, body) {
  const address = `${url}/api/v2/write?org=${encodeURIComponent(org)}&bucket=${encodeURIComponent(bucket)}&precision=ns`;
  const headers = {'Content-Type': 'text/plain; charset=utf-8', ...(token && {Authorization: 'Token ' + token})};
  const end = performance.now() + PATIENCE_MS;
  for (let wait = 100; ; wait *= 2) {
    const {status, reason, retryAfter} = await answerTo(address, {method: 'POST', headers, body, redirect: 'manual'});
    if (status === 204) {
      return undefined;
    }
    if ([400, 413, 422].includes(status)) {
      return reason;
    }
    const pause = Math.max(wait * (0.5 + Math.random() / 2), retryAfter * 1000);
    const away = status === 0 || status === 408 || status === 429 || status >= 500;
    must(away && performance.now() + pause < end, name + said(status, reason));
    await new Promise(resolve => setTimeout(resolve, pause));
  }
}

async function answerTo(address, request) {
  try {
    const response = await fetch(address, {...request, signal: AbortSignal.timeout(TIMEOUT_MS)});
    const retryAfter = Number(response.headers.get('Retry-After')) || 0;
    return {status: response.status, reason: reasonOf(await response.text()), retryAfter};
  } catch (error) {
    const reason = error.name === 'TimeoutError' ? `no answer within ${TIMEOUT_MS / 1000} s` : error.cause?.message;
    return {status: 0, reason: reason || error.cause?.code || error.message, retryAfter: 0};
  }
}

function reasonOf(body) {
  try {
    return String(JSON.parse(body).message).slice(0, 500);
  } catch {
    // Something between us and the database answered.
    return body.slice(0, 500);
  }
}

function said(status, reason) {
  switch (status) {
    case 0: return ' is unreachable: ' + reason;
    case 401: case 403: return ' refuses the token: ' + reason;
    case 404: return ' does not exist: ' + reason;
    case 408: case 429: return ' is overloaded: ' + reason;
    default: return status < 400 ? ` answered ${status}, which no InfluxDB does: is its URL right?`
      : ` answered an error (${status}): ${reason}`;
  }
}

exports.main = main;
