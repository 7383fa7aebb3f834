// Aggregates the readings of complete windows and writes them to a central InfluxDB 2: the action for an OpenWhisk that
// has none built in. It needs no module.
//
//   wsk action create aggregatesAction samples/actions/aggregatesAction.js --kind nodejs:20 --timeout 300000 \
//     -p local_url http://influxdb:8086 -p local_token "$LOCAL" -p local_org influxdata -p local_bucket measure \
//     -p central_url https://central -p central_token "$CENTRAL" -p central_org influxdata -p central_bucket aggregates \
//     -p window 1h -p lateness 6h -p timezone Europe/Rome
//   wsk rule create aggregatesRule aggregatesTrigger aggregatesAction
//
// Parameters and results are those of the built-in action (docs/aggregates.md). What it does not promise:
// - It remembers nothing between runs: every run computes all windows that ended within the lateness again and writes
//   them all, so "unchanged" and "waiting" are always 0. A point is replaced by its equal.
// - There is no outbox. A centre that is away is tried again for two seconds, then the activation ends with an error. Later
//   runs catch up with what is within the lateness; what was missed for longer is computed by from and to.
// - A run that does not come to its end in time ends with an error, or with from and to says where to go on.
'use strict';

const zlib = require('zlib');

const PATIENCE_MS = 2000;
const TIMEOUT_MS = 60000;
const MARGIN_MS = 2000;
const MAX_WINDOWS = 1000;
const MAX_LATE_WINDOWS = 500;
const WINDOWS_AT_ONCE = 200;
const POINTS_AT_ONCE = 5000;
const MAX_ANSWER = 4 << 20;
const MAX_ANSWER_OF_A_WINDOW = 32 << 20;
const DAY = 86400;
const UNITS = {s: 1, m: 60, h: 3600, d: DAY, w: 7 * DAY, mo: 31 * DAY, y: 366 * DAY};
const MAX_SPAN = 3660 * DAY;
const CALLS = {
  avg: 'mean()', mean: 'mean()', min: 'min()', max: 'max()', median: 'median(method: "exact_mean")', count: 'count()',
  sum: 'sum()', stddev: 'stddev()', spread: 'spread()', first: 'first()', last: 'last()'
};
const LAYOUTS = {'low-cardinality': ['window'], reference: ['year', 'month', 'day']};

/** What the user has to know: it becomes the activation's error. */
class Fault extends Error {}

function must(holds, message) {
  if (!holds) {
    throw new Fault(message);
  }
}

async function main(params) {
  const deadline = Number(process.env.__OW_DEADLINE) || Date.now() + 60000;
  try {
    return await run(jobOf(params), Math.floor(Date.now() / 1000), deadline - MARGIN_MS);
  } catch (fault) {
    if (fault instanceof Fault) {
      return {error: fault.message};
    }
    throw fault;
  }
}

async function run(job, now, end) {
  const {clock, range} = job;
  const horizon = now - clock.length - job.lateness;
  const ended = range
    ? endedBetween(clock, range.from, Math.min(now, windowAt(clock, range.to - 1).stop))
    : endedBetween(clock, horizon, now);
  const windows = ended.slice(0, MAX_WINDOWS);
  let done = 0;
  let points = 0;
  while (done < windows.length && Date.now() < end) {
    const stretch = stretchOf(windows.slice(done, done + WINDOWS_AT_ONCE));
    const lines = linesOf(job, await read(job, stretch));
    for (let i = 0; i < lines.length; i += POINTS_AT_ONCE) {
      await write(job.central, lines.slice(i, i + POINTS_AT_ONCE));
    }
    done += stretch.length;
    points += lines.length;
  }
  const result = {windows: done, points, unchanged: 0, waiting: 0};
  if (done === ended.length) {
    return result;
  }
  must(range, `only ${done} of ${ended.length} windows were done in time: aggregate less, or give the action time`);
  return {...result, more: true, next: timeOf(done === 0 ? range.from : windows[done - 1].stop)};
}

// ---- Parameters

function jobOf(params) {
  const span = spanOf('window', text(params, 'window') ?? '1d');
  const zone = zoneOf(text(params, 'timezone') ?? 'UTC');
  const offset = spanOf('offset', text(params, 'offset') ?? '0s').length;
  const lateness = spanOf('lateness', text(params, 'lateness') ?? span.text).length;
  must(span.count > 0, `window must be longer than 0, was ${span.text}`);
  must(offset < span.length && offset < DAY,
    `offset must be shorter than the window (${span.text}) and than a day, was ${offset}s`);
  must(Math.floor(lateness / span.length) <= MAX_LATE_WINDOWS,
    `lateness must be at most ${MAX_LATE_WINDOWS} windows of ${span.text}`);
  const layout = text(params, 'layout') ?? 'low-cardinality';
  must(Object.hasOwn(LAYOUTS, layout), `layout must be low-cardinality or reference, was "${layout}"`);
  const groupBy = texts(params, 'groupBy') ?? ['datacenter_id'];
  for (const tag of groupBy) {
    must(!/^_|^result$|^table$/.test(tag), `groupBy must hold names of tags, was "${tag}"`);
    must(!LAYOUTS[layout].includes(tag), `groupBy must not hold ${tag}: the layout ${layout} has a tag of that name`);
    must(isName(tag), `groupBy has a tag that cannot be written: "${tag}"`);
  }
  const prefix = text(params, 'prefix') ?? '';
  must(isName(prefix), `prefix cannot be written: "${prefix}"`);
  return {
    clock: {...span, zone, offset},
    lateness,
    measurements: measurementsOf(params),
    fields: texts(params, 'fields') ?? ['value'],
    statistics: (texts(params, 'functions') ?? ['avg', 'min', 'max', 'median', 'count']).map(statisticOf),
    groupBy,
    local: targetOf(params, 'local'),
    central: targetOf(params, 'central'),
    layout,
    prefix,
    range: rangeOf(params, zone)
  };
}

function text(params, key) {
  const value = params[key] ?? undefined;
  must(value === undefined || typeof value === 'string', `parameter ${key} must be a text`);
  return value;
}

/** A list of texts, or one text with commas between them. */
function texts(params, key) {
  const value = params[key] ?? undefined;
  const list = typeof value === 'string' ? value.split(',').map(each => each.trim()) : value;
  must(list === undefined || (Array.isArray(list) && list.length > 0 && list.every(each => typeof each === 'string' && each)),
    `parameter ${key} must be a list of texts, or a text with commas between them, and not be empty`);
  return list && [...new Set(list)];
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
  const token = text(params, prefix + '_token') ?? '';
  // fetch would show it in its own words.
  must(/^[!-~]*$/.test(token), `the token for ${name} must consist of printable ASCII characters without spaces`);
  return {url, org, bucket, token, name};
}

function spanOf(what, given) {
  const [, digits, unit] = /^(\d{1,12})(s|mo|m|h|d|w|y)$/.exec(given) ?? [];
  must(unit, `${what} must be a whole number and one of s, m, h, d, w, mo, y, such as 30m, was "${given}"`);
  const count = Number(digits);
  must(count <= Math.floor(MAX_SPAN / UNITS[unit]), `a time span must be 0 to 3660d, was ${count + unit}`);
  return {count, unit, length: count * UNITS[unit], text: count + unit};
}

function statisticOf(name) {
  const [, percent] = /^p(\d{1,2}(?:\.\d{1,6})?|100)$/.exec(name) ?? [];
  must(percent || name === 'rate' || Object.hasOwn(CALLS, name), 'functions must be of avg, mean, min, max, median, count, sum,'
    + ` stddev, spread, first, last, rate, or percentiles such as p95 or p99.9, was "${name}"`);
  if (!percent) {
    return {name, call: CALLS[name]};
  }
  const q = String(Number(percent) / 100);
  // Flux has no exponents, and a whole number is no float.
  const literal = q.includes('e') ? Number(q).toFixed(8) : q.includes('.') ? q : q + '.0';
  return {name, call: `quantile(q: ${literal}, method: "exact_mean")`};
}

/** What a point's measurement has to fulfil, in Flux. */
function measurementsOf(params) {
  const [, expression] = /^\/(.+)\/$/s.exec(params.measurements) ?? [];
  if (expression !== undefined) {
    // A slash that is not escaped would end the expression, and a backslash at its end would not let it end.
    must(/^(?:[^\\/\u0000-\u001f]|\\[^\u0000-\u001f])+$/.test(expression), 'measurements has a regular expression with a'
      + ` slash that is not escaped, with a control character, or with a backslash at its end: /${expression}/`);
    return [`r._measurement =~ /${expression}/`];
  }
  const names = texts(params, 'measurements');
  return names ? [anyOf('_measurement', names)] : [];
}

function rangeOf(params, zone) {
  const [from, to] = ['from', 'to'].map(key => {
    const given = text(params, key);
    return given === undefined ? undefined : momentOf(key, given, zone);
  });
  if (from === undefined && to === undefined) {
    return undefined;
  }
  const [first, last] = [params.from, params.to].map(given => JSON.stringify(given) ?? '');
  must(from < to, `from and to belong together, from before to, were ${first} and ${last}`);
  return {from, to};
}

function momentOf(what, given, zone) {
  const [, day, time = 'T00:00:00', place] =
    /^(\d{4}-\d\d-\d\d)(?:(T\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d))?$/.exec(given) ?? [];
  const utc = Date.parse(day + time + 'Z');
  // A day such as 30 February is taken for one of the next month.
  must(!Number.isNaN(utc) && new Date(utc).toISOString().startsWith(day),
    `${what} must be a day such as 2026-03-01, or a moment such as 2026-03-01T00:00:00Z, was "${given}"`);
  return place === undefined ? instant(zone, utc / 1000) : Math.floor(Date.parse(given) / 1000);
}

// ---- Windows, in seconds since 1970, as the clock on the wall of a zone cuts them

/** How many seconds the zone's clock is ahead of UTC at a moment. */
function zoneOf(name) {
  if (name === 'UTC' || name === 'Z') {
    return () => 0;
  }
  const [, sign, hours, minutes] = /^(?:UTC|GMT)?([+-])(\d\d):(\d\d)$/.exec(name) ?? [];
  if (sign) {
    const ahead = (sign === '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    return () => ahead;
  }
  let format;
  try {
    format = new Intl.DateTimeFormat('en-US', {timeZone: name, hourCycle: 'h23', year: 'numeric', month: 'numeric',
      day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric'});
  } catch {
    throw new Fault(`timezone must be a name such as Europe/Rome, was "${name}"`);
  }
  return second => {
    const shown = {};
    format.formatToParts(second * 1000).forEach(part => { shown[part.type] = Number(part.value); });
    return Date.UTC(shown.year, shown.month - 1, shown.day, shown.hour, shown.minute, shown.second) / 1000 - second;
  };
}

/** When the clock shows a time: the first of two, and the moment of the change if it jumps over it. */
function instant(zone, local) {
  const [before, after] = [zone(local - DAY), zone(local + DAY)];
  for (const ahead of [before, after]) {
    if (zone(local - ahead) === ahead) {
      return local - ahead;
    }
  }
  let [low, high] = [local - after, local - before];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    [low, high] = zone(middle) === before ? [middle, high] : [low, middle];
  }
  return high;
}

/** One more than a run does, if there are so many: then the next has to go on. */
function endedBetween(clock, after, upTo) {
  const windows = [];
  for (let next = windowAt(clock, after); next.stop <= upTo && windows.length <= MAX_WINDOWS;) {
    windows.push(next);
    next = windowAt(clock, next.stop);
  }
  return windows;
}

function windowAt(clock, second) {
  const {unit, length, zone, offset} = clock;
  if (UNITS[unit] < DAY && keepsLength(clock, second)) {
    const shift = zone(second) - offset;
    const start = Math.floor((second + shift) / length) * length - shift;
    return {start, stop: start + length};
  }
  let index = indexOf(clock, second + zone(second) - offset);
  while (begin(clock, index) > second) {
    index--;
  }
  while (begin(clock, index + 1) <= second) {
    index++;
  }
  return {start: begin(clock, index), stop: begin(clock, index + 1)};
}

/** Whether every change of clocks nearby is a multiple of the length, so that windows go on through it. */
function keepsLength({length, zone}, second) {
  const end = second + length + 25 * 3600 - 1;
  let [at, ahead] = [second - length - 25 * 3600, zone(second - length - 25 * 3600)];
  while (at < end) {
    at = Math.min(end, at + DAY / 2);
    const next = zone(at);
    if ((next - ahead) % length !== 0) {
      return false;
    }
    ahead = next;
  }
  return true;
}

/** The number of the window of the clock on the wall; weeks begin on Mondays. */
function indexOf({unit, count, length}, local) {
  const date = new Date(local * 1000);
  const years = date.getUTCFullYear() - 1970;
  switch (unit) {
    case 'y': return Math.floor(years / count);
    case 'mo': return Math.floor((years * 12 + date.getUTCMonth()) / count);
    case 'w': return Math.floor((local - 4 * DAY) / length);
    default: return Math.floor(local / length);
  }
}

function begin({unit, count, length, zone, offset}, index) {
  const number = index * count;
  switch (unit) {
    case 'y': return instant(zone, Date.UTC(1970 + number, 0) / 1000 + offset);
    case 'mo': return instant(zone, Date.UTC(1970, number) / 1000 + offset);
    case 'w': return instant(zone, index * length + 4 * DAY + offset);
    default: return instant(zone, index * length + offset);
  }
}

/** The first windows, as far as they are of one length: those can be cut by a database. */
function stretchOf(windows) {
  const end = windows.findIndex(({start, stop}) => stop - start !== windows[0].stop - windows[0].start);
  return end < 0 ? windows : windows.slice(0, end);
}

function timeOf(second) {
  return new Date(second * 1000).toISOString().replace('.000Z', 'Z');
}

// ---- The question

const INCREASE = 'increase of each series';
const NANOS = 'nanoseconds of each series';

/** One result for each statistic, two for a rate. */
function fluxOf(job, stretch) {
  const every = stretch[0].stop - stretch[0].start;
  const offset = ((stretch[0].start % every) + every) % every;
  const cut = `every: ${every}s` + (offset === 0 ? '' : `, offset: ${offset}s`);
  const one = stretch.length === 1;
  const from = `from(bucket: ${literal(job.local.bucket)})
  |> range(start: ${timeOf(stretch[0].start)}, stop: ${timeOf(stretch.at(-1).stop)})
  |> filter(fn: (r) => ${[...job.measurements, anyOf('_field', job.fields)].join(' and ')})`;
  const tags = ['_measurement', '_field', ...job.groupBy];
  return job.statistics.map(({name, call}) => {
    if (name === 'rate') {
      // It cannot be had of several counters put together, so each series is asked for.
      const series = one ? from : `${from}\n  |> window(${cut})`;
      return `${series}
  |> difference(nonNegative: true, initialZero: true)
  |> sum()
  |> yield(name: "${INCREASE}")
${series}
  |> map(fn: (r) => ({r with _value: int(v: r._time)}))
  |> spread()
  |> yield(name: "${NANOS}")
`;
    }
    const fn = call.endsWith('()')
      ? call.slice(0, -2)
      : `(column, tables=<-) => tables |> ${call.replace('(', '(column: column, ')}`;
    // A group of several series is in no order.
    const sort = name === 'first' || name === 'last' ? '  |> sort(columns: ["_time", "_value"])\n' : '';
    return `${from}
  |> group(columns: [${tags.map(literal).join(', ')}])
${sort}  |> ${one ? call : `aggregateWindow(${cut}, fn: ${fn}, timeSrc: "_start", createEmpty: false)`}
  |> keep(columns: [${[...tags, ...(one ? [] : ['_time']), '_value'].map(literal).join(', ')}])
  |> yield(name: ${literal(name)})
`;
  }).join('');
}

function anyOf(column, names) {
  const any = names.map(name => `r.${column} == ${literal(name)}`).join(' or ');
  return names.length === 1 ? any : `(${any})`;
}

function literal(value) {
  return `"${value.replace(/["\\]/g, '\\$&').replaceAll('${', '\\${')}"`;
}

// ---- The answer

/** The statistics of each group of each window, by halves if the answer is too long. */
async function read(job, stretch) {
  const one = stretch.length === 1;
  const max = one ? MAX_ANSWER_OF_A_WINDOW : MAX_ANSWER;
  const csv = await query(job.local, fluxOf(job, stretch), max);
  if (csv !== undefined) {
    return foundIn(job, stretch, rowsOf(csv, job.local));
  }
  must(!one, `the answer of ${job.local.name} for the window from ${timeOf(stretch[0].start)} is longer than ${max} bytes:`
    + ' aggregate fewer measurements, or group by fewer tags');
  const middle = stretch.length >> 1;
  return [...await read(job, stretch.slice(0, middle)), ...await read(job, stretch.slice(middle))];
}

/** The rows of annotated CSV as objects; empty cells have their column's default. */
function rowsOf(csv, target) {
  const rows = [];
  let header;
  let types = [];
  let defaults = [];
  for (const cells of recordsOf(csv)) {
    if (cells[0] === '#datatype') {
      types = cells;
      header = undefined;
    } else if (cells[0] === '#default') {
      defaults = cells;
    } else if (cells.length === 1) {
      header = undefined;
    } else if (!cells[0].startsWith('#') && header === undefined) {
      header = cells;
    } else if (!cells[0].startsWith('#')) {
      const row = Object.fromEntries(header.map((name, i) => [name, cells[i] || (defaults[i] ?? '')]));
      must(!header.includes('error'), `cannot query ${target.name}: ${row.error}`);
      const type = types[header.indexOf('_value')];
      rows.push({...row, _value: ['double', 'long', 'unsignedLong'].includes(type) ? Number(row._value) : NaN});
    }
  }
  return rows;
}

function* recordsOf(csv) {
  let record = [];
  for (const [, cell, end] of csv.matchAll(/("(?:[^"]|"")*"|[^,\r\n]*)(,|\r?\n|$)/g)) {
    record.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end !== ',') {
      yield record;
      record = [];
    }
  }
}

function foundIn(job, stretch, rows) {
  const found = new Map(stretch.map(({start}) => [start, new Map()]));
  const startOf = time => {
    const start = stretch.length === 1 ? stretch[0].start : Date.parse(time) / 1000;
    must(found.has(start), `${job.local.name} answered a window that was not asked for: ${time}`);
    return start;
  };
  const put = (row, time, name, value) => {
    const group = [row._measurement, row._field, ...job.groupBy.map(tag => row[tag])];
    if (Number.isFinite(value) && group.every(each => each)) {
      const groups = found.get(startOf(time));
      const key = group.join('\0');
      groups.set(key, groups.get(key) ?? {group, values: new Map()});
      const {values} = groups.get(key);
      values.set(name, (values.get(name) ?? 0) + value);
    }
  };
  const seriesOf = ({'': none, result, table, _value, _time, _start, _stop, ...series}) =>
    JSON.stringify([startOf(_start), Object.entries(series).sort()]);
  const nanos = new Map(rows.filter(row => row.result === NANOS).map(row => [seriesOf(row), row._value]));
  for (const row of rows) {
    if (row.result === INCREASE) {
      const passed = nanos.get(seriesOf(row)) ?? 0;
      put(row, row._start, 'rate', passed > 0 ? row._value / (passed / 1e9) : NaN);
    } else if (row.result !== NANOS) {
      put(row, row._time, row.result, row._value);
    }
  }
  return [...found].map(([start, groups]) => ({start, groups: [...groups].sort().map(([, group]) => group)}));
}

/** A point for each group of each window, at the window's start. */
function linesOf(job, found) {
  return found.flatMap(({start, groups}) => groups.map(({group: [measurement, field, ...tags], values}) => {
    const fields = job.statistics.filter(({name}) => values.has(name)).map(({name}) =>
      `${escape(field === 'value' ? name : field + '_' + name)}=${values.get(name)}${name === 'count' ? 'i' : ''}`);
    const missing = job.statistics.find(({name}) => !values.has(name) && name !== 'stddev' && name !== 'rate');
    // Half a point would stay for ever.
    must(!missing, `${job.local.name} answered no ${missing?.name} of ${measurement} for the window from ${timeOf(start)}`);
    const series = [...job.groupBy.map((tag, i) => [tag, tags[i]]), ...layoutTags(job, start)]
      .map(([tag, value]) => `,${escape(tag)}=${escape(value)}`).join('');
    return `${escape(job.prefix + measurement, /[, ]/g)}${series} ${fields.join(',')} ${start}000000000`;
  }));
}

function layoutTags({layout, clock}, start) {
  if (layout === 'low-cardinality') {
    return [['window', clock.text]];
  }
  const date = new Date((start + clock.zone(start)) * 1000);
  return [['year', date.getUTCFullYear()], ['month', date.getUTCMonth() + 1], ['day', date.getUTCDate()]]
    .map(([tag, value]) => [tag, String(value)]);
}

/** Whether line protocol can carry a name, or nothing. */
function isName(name) {
  return name.length <= 256 && !/^#|[\u0000-\u001f\u007f]|\\(?:[, =\\]|$)/.test(name) && name.isWellFormed();
}

function escape(name, special = /[, =]/g) {
  return name.replace(special, '\\$&');
}

// ---- The databases

/** Resolves with the answer, or with undefined if it is longer than `max` bytes. */
async function query(target, flux, max) {
  const dialect = {header: true, delimiter: ',', commentPrefix: '#', annotations: ['datatype', 'group', 'default']};
  const headers = {'Content-Type': 'application/json', Accept: 'application/csv'};
  const answer = await request(target, '/api/v2/query?', headers, JSON.stringify({query: flux, type: 'flux', dialect}), max);
  must(answer.status === 200, 'cannot query ' + target.name + said(answer));
  return answer.body;
}

async function write(target, lines) {
  const path = `/api/v2/write?precision=ns&bucket=${encodeURIComponent(target.bucket)}&`;
  const headers = {'Content-Type': 'text/plain; charset=utf-8', 'Content-Encoding': 'gzip'};
  const body = zlib.gzipSync(lines.join('\n'));
  const end = performance.now() + PATIENCE_MS;
  for (let wait = 100; ; wait *= 2) {
    const answer = await request(target, path, headers, body, MAX_ANSWER);
    if (answer.status === 204) {
      return;
    }
    const pause = Math.max(wait * (0.5 + Math.random() / 2), answer.retryAfter * 1000);
    const away = answer.status === 0 || answer.status === 408 || answer.status === 429 || answer.status >= 500;
    must(away && performance.now() + pause < end, target.name + said(answer));
    await new Promise(resolve => setTimeout(resolve, pause));
  }
}

async function request(target, path, headers, body, max) {
  try {
    const response = await fetch(`${target.url}${path}org=${encodeURIComponent(target.org)}`, {
      method: 'POST',
      headers: {...headers, ...(target.token && {Authorization: 'Token ' + target.token})},
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS)
    });
    const retryAfter = Number(response.headers.get('Retry-After')) || 0;
    const chunks = [];
    let length = 0;
    for await (const chunk of response.body ?? []) {
      length += chunk.length;
      if (length > max) {
        return {status: response.status, reason: '', retryAfter};
      }
      chunks.push(chunk);
    }
    const text = Buffer.concat(chunks).toString();
    return {status: response.status, reason: reasonOf(text), retryAfter, body: text};
  } catch (error) {
    const reason = error.name === 'TimeoutError' ? `no answer within ${TIMEOUT_MS / 1000} s` : error.cause?.message;
    return {status: 0, reason: reason || error.cause?.code || error.message, retryAfter: 0};
  }
}

function reasonOf(body) {
  try {
    return String(JSON.parse(body).message).slice(0, 500);
  } catch {
    // CSV, or something between us and the database.
    return body.slice(0, 500);
  }
}

function said({status, reason}) {
  switch (status) {
    case 0: return ' is unreachable: ' + reason;
    case 401: case 403: return ' refuses the token: ' + reason;
    case 404: return ' does not exist: ' + reason;
    case 408: case 429: return ' is overloaded: ' + reason;
    default: return status < 400 ? ` answered ${status}, which no InfluxDB does: is its URL right?`
      : ` answered an error (${status}): ` + reason;
  }
}

exports.main = main;
