// Stores sensor readings in an InfluxDB 2: the built-in action addReadingToDb for any OpenWhisk with Node.js 20. It needs
// no module. Parameters and layouts: docs/aggregates.md. It has no outbox: a database that is away fails the activation.
//
//   wsk action create addReadingToDb samples/actions/addReadingToDb.js --kind nodejs:20 \
//       -p influx_url http://influxdb:8086 -p influx_org influxdata -p influx_bucket measure -p influx_token "$TOKEN"
'use strict';

const UNITS = {s: 1000000000n, ms: 1000000n, us: 1000n, ns: 1n};
const FIRST = 100000000000000000n;
const LAST = 9223372036853775807n;
const RULES = ['layout', 'measurement', 'timestampKey', 'timestampUnit', 'tags', 'fields', 'exclude', 'units', 'topicTags',
  'flatten'];

class Bad extends Error {}

// Why the line protocol cannot carry a name, or an empty text.
function fault(name) {
  if (name === '') return 'is empty';
  if (name.length > 256) return 'is longer than 256 characters';
  if (name.startsWith('#')) return 'starts with #';
  if (/[\u0000-\u001f\u007f]/.test(name)) return 'has a control character';
  if (/\\($|[, =\\])/.test(name)) return 'has a backslash at the end or before a comma, space, equals sign or backslash';
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(name)) return 'has half a Unicode character';
  return '';
}

const escaped = (text, special) => text.replace(special, '\\$&');
const shorten = text => text.length > 60 ? text.slice(0, 60) + '…' : text;

// A list of keys, or an object with the new name of each.
function names(value, otherwise) {
  if (value === undefined || value === null) return otherwise;
  return Array.isArray(value) ? Object.fromEntries(value.map(key => [key, key])) : value;
}

function rules(params) {
  const fields = names(params.fields, {});
  const result = {
    layout: params.layout || 'reference',
    measurement: params.measurement,
    key: params.timestampKey || 'timestamp',
    unit: params.timestampUnit || 'ms',
    tags: names(params.tags, {datacenter_id: 'datacenter_id', device_fingerprint: 'device_fingerprint'}),
    fields: Object.entries(fields).map(([key, rule]) =>
      [key, typeof rule === 'string' ? {name: rule, type: 'float'} : {name: rule.name || key, type: rule.type || 'float'}]),
    exclude: params.exclude || [],
    units: params.units || {},
    levels: params.topicTags ? params.topicTags.split('/') : [],
    separator: params.flatten
  };
  if (!['reference', 'fields'].includes(result.layout)) {
    throw new Error(`parameter layout must be one of reference, fields, was "${result.layout}"`);
  }
  if (!(result.unit in UNITS) && result.unit !== 'rfc3339') {
    throw new Error(`parameter timestampUnit must be one of s, ms, us, ns, rfc3339, was "${result.unit}"`);
  }
  if ((result.layout === 'fields') !== (result.measurement !== undefined || result.levels.includes('measurement'))) {
    throw new Error(result.layout === 'fields' ? 'layout fields needs a measurement: give the parameter measurement, or a'
      + ' level of that name in topicTags' : 'measurement is for the layout fields: in the layout reference each key is one');
  }
  return result;
}

function flatten(node, prefix, separator, into) {
  for (const [key, value] of Object.entries(node)) {
    const name = prefix + key;
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      flatten(value, name + separator, separator, into);
    } else if (name in into) {
      throw new Bad(`the reading has the key ${shorten(name)} twice when it is flattened`);
    } else {
      into[name] = value;
    }
  }
  return into;
}

function topicLevels(rule, topic) {
  if (rule.levels.length === 0) return {};
  if (typeof topic !== 'string') throw new Bad('the message has no topic: subscribe its feed with include: [topic]');
  const given = topic.split('/');
  const rest = rule.levels[rule.levels.length - 1] === '#';
  const fixed = rule.levels.length - (rest ? 1 : 0);
  if (given.length < fixed || (given.length > fixed && !rest)) {
    throw new Bad(`the topic ${shorten(topic)} does not have the levels of topicTags (${rule.levels.join('/')})`);
  }
  const levels = Object.fromEntries(rule.levels.slice(0, fixed).map((name, i) => [name, given[i]]).filter(([name]) => name !== '_'));
  for (const [name, value] of Object.entries(levels)) {
    if (fault(value)) throw new Bad(`${name} of the topic ${shorten(topic)} ${fault(value)}`);
  }
  return levels;
}

function tag(key, value) {
  if (value === undefined) throw new Bad(`${key} is missing`);
  if (typeof value !== 'string' && !Number.isSafeInteger(value)) {
    throw new Bad(`${key} must be a whole number or a text, was ${shorten(JSON.stringify(value))}`);
  }
  if (fault(String(value))) throw new Bad(`${key} ${fault(String(value))}`);
  return String(value);
}

function nanos(rule, value, accepted) {
  if (value === undefined) return accepted;
  let time = -1n;
  if (rule.unit === 'rfc3339') {
    const text = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)$/.exec(value);
    if (text && !Number.isNaN(Date.parse(value))) {
      const whole = Date.parse(value.replace(/\.\d+/, ''));
      time = BigInt(whole) * 1000000n + BigInt((text[3] || '').padEnd(9, '0'));
    }
  } else if (Number.isInteger(value)) {
    time = BigInt(value) * UNITS[rule.unit];
  } else if (rule.unit === 's' && typeof value === 'number') {
    time = BigInt(Math.round(value * 1e6)) * 1000n;
  }
  if (time < FIRST || time > LAST) {
    const expected = {s: 'a number of epoch seconds', ms: 'a whole number of epoch milliseconds',
      us: 'a whole number of epoch microseconds', ns: 'a whole number of epoch nanoseconds',
      rfc3339: 'a time such as 2026-03-01T10:00:00Z'}[rule.unit];
    throw new Bad(`${rule.key} must be ${expected} after 1973, was ${shorten(JSON.stringify(value))}`);
  }
  return time;
}

// A value as line protocol, or undefined if there is none of the type.
function printed(type, value, unit) {
  if (type === 'string') {
    const text = typeof value === 'object' ? undefined : String(value);
    return text === undefined || text.length > 64000 ? undefined : '"' + escaped(text, /["\\]/g) + '"';
  }
  if (typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const number = unit ? Number(value) * (unit.scale ?? 1) + (unit.offset ?? 0) : Number(value);
  if (!Number.isFinite(number)) return undefined;
  if (type === 'boolean') return String(number !== 0);
  return type === 'integer' ? Math.round(number) + 'i' : String(number === 0 ? 0 : number);
}

function kind(value) {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

// The lines of a reading, and a fault for each key that is not fit to be stored.
function points(rule, reading, topic, accepted) {
  const fields = rule.separator ? flatten(reading, '', rule.separator, {}) : reading;
  const levels = topicLevels(rule, topic);
  const tags = {};
  for (const [key, name] of Object.entries(rule.tags)) {
    tags[name] = fields[key] === undefined && levels[name] !== undefined ? levels[name] : tag(key, fields[key]);
  }
  for (const [name, value] of Object.entries(levels)) {
    if (name !== 'measurement' && !(name in tags)) tags[name] = value;
  }
  const time = nanos(rule, fields[rule.key], accepted);
  const reserved = [rule.key, ...Object.keys(rule.tags), ...rule.exclude];
  const wanted = rule.fields.length > 0 ? rule.fields.filter(([key]) => fields[key] !== undefined)
    : Object.keys(fields).filter(key => !reserved.includes(key)).map(key => [key, {name: key, type: 'float'}]);
  const faults = [];
  const values = [];
  for (const [key, {name, type}] of wanted) {
    const text = printed(type, fields[key], rule.units[key]);
    if (fault(name)) faults.push(`key ${shorten(key)} ${fault(name)}`);
    else if (text !== undefined) values.push([name, text]);
    else if (typeof fields[key] === 'number') faults.push(`key ${key} is out of the range of a float`);
    else faults.push(`key ${key} must be a number or a boolean, was of type ${kind(fields[key])}`);
  }
  if (values.length === 0) throw new Bad(faults.join('; ') || 'the reading has no measurement');
  const suffix = Object.entries(tags).map(([name, value]) => `,${escaped(name, /[, =]/g)}=${escaped(value, /[, =]/g)}`).join('');
  const measurement = rule.measurement ?? levels.measurement;
  const lines = measurement !== undefined
    ? [`${escaped(measurement, /[, ]/g)}${suffix} ${values.map(([name, text]) => `${escaped(name, /[, =]/g)}=${text}`).join()} ${time}`]
    : values.map(([name, text]) => `${escaped(name, /[, ]/g)}${suffix} value=${text} ${time}`);
  return {lines, faults};
}

function read(rule, message, accepted) {
  if (message.type === 'status') return {ignored: 'status'};
  let reading = message.body;
  if (reading === undefined) {
    const own = ([key, value]) => !/^(influx|local|central)_|^__ow/.test(key) && !['type', 'topic'].includes(key)
      && !(RULES.includes(key) && typeof value !== 'number' && typeof value !== 'boolean');
    reading = Object.fromEntries(Object.entries(message).filter(own));
    if (Object.keys(reading).length === 0) throw new Bad('there is no reading: the parameters have no body');
  } else if (typeof reading === 'string') {
    try {
      reading = JSON.parse(reading);
    } catch (notJson) {
      throw new Bad('the body is not a reading: ' + notJson.message);
    }
  }
  if (kind(reading) !== 'object') throw new Bad('the body must be a JSON object, or one as text');
  return points(rule, reading, message.topic, accepted);
}

async function write(params, lines) {
  const address = `${params.influx_url.replace(/\/+$/, '')}/api/v2/write?precision=ns&org=${encodeURIComponent(params.influx_org)}`
    + `&bucket=${encodeURIComponent(params.influx_bucket)}`;
  const headers = {'Content-Type': 'text/plain; charset=utf-8'};
  if (params.influx_token) headers.Authorization = 'Token ' + params.influx_token;
  const answer = await fetch(address, {method: 'POST', headers, body: lines.join('\n'), signal: AbortSignal.timeout(30000)});
  if (answer.ok) return;
  const text = await answer.text();
  let reason = text;
  try {
    reason = JSON.parse(text).message || text;
  } catch (notJson) {
    // Whatever stands in front of the database said it in words of its own.
  }
  const error = new Error(reason || `status ${answer.status}`);
  error.refused = [400, 413, 422].includes(answer.status);
  throw error;
}

// One bad reading among good ones fails alone: halves what the database refuses until it is found.
async function store(params, readings) {
  try {
    await write(params, readings.flatMap(reading => reading.lines));
    readings.forEach(reading => { reading.stored = true; });
  } catch (error) {
    if (!error.refused) throw error;
    if (readings.length === 1) {
      readings[0].error = 'the database refuses the reading: ' + error.message;
      return;
    }
    const middle = readings.length >> 1;
    await store(params, readings.slice(0, middle));
    await store(params, readings.slice(middle));
  }
}

async function main(params) {
  for (const key of ['influx_url', 'influx_org', 'influx_bucket']) {
    if (!params[key]) return {error: `parameter ${key} is missing: bind it to the package or to the action`};
  }
  const batch = Array.isArray(params.messages);
  const accepted = BigInt(Date.now()) * 1000000n;
  let results;
  try {
    const rule = rules(params);
    results = (batch ? params.messages : [params]).map((message, i) => {
      try {
        if (kind(message) !== 'object') throw new Bad('a message of a batch must be an object');
        return read(rule, message, accepted + BigInt(i));
      } catch (bad) {
        if (bad instanceof Bad) return {error: bad.message};
        throw bad;
      }
    });
    const readings = results.filter(result => result.lines);
    if (readings.length > 0) await store(params, readings);
  } catch (error) {
    return {error: `${error.message}${error.cause ? ': ' + error.cause.message : ''}`};
  }
  return batch ? sum(results) : single(results[0]);
}

function single(result) {
  if (result.error || result.ignored) return result.error ? {error: result.error} : result;
  return result.faults.length > 0 ? {points: result.lines.length, setAside: result.faults} : {points: result.lines.length};
}

function sum(results) {
  const total = {};
  const stored = results.filter(result => result.stored);
  const aside = results.flatMap(result => result.error ? [result.error] : result.faults || []);
  const ignored = results.filter(result => result.ignored).length;
  if (stored.length > 0) total.points = stored.reduce((count, result) => count + result.lines.length, 0);
  if (ignored > 0) total.ignored = ignored;
  if (aside.length > 0) Object.assign(total, {setAside: aside.slice(0, 10), setAsideCount: aside.length});
  if (stored.length === 0 && ignored === 0 && aside.length > 0) total.error = aside[0];
  return total;
}

exports.main = main;
