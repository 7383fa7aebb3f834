// Computes the aggregates of complete windows and ships them from one InfluxDB 2 to another: the built-in action
// aggregatesAction for any OpenWhisk with Node.js 20. It needs no module. Parameters and layouts: docs/aggregates.md. It
// has neither outbox nor watermark: what a run could not ship is only computed again while it is within the lateness, or
// when the action is invoked with from and to.
//
//   wsk action create aggregatesAction samples/actions/aggregatesAction.js --kind nodejs:20 \
//       -p local_url http://influxdb:8086 -p local_org influxdata -p local_bucket measure -p local_token "$TOKEN" \
//       -p central_url https://central -p central_org influxdata -p central_bucket aggregates -p central_token "$CENTRAL" \
//       -p window 1h -p lateness 2h
'use strict';

const SECOND = 1000;
const DAY = 86400 * SECOND;
const LENGTHS = {s: SECOND, m: 60 * SECOND, h: 3600 * SECOND, d: DAY, w: 7 * DAY, mo: 31 * DAY, y: 366 * DAY};
const MAX_WINDOWS = 1000;
const WINDOWS_AT_ONCE = 200;
const INCREASE = 'increase of each series';
const NANOS = 'nanoseconds of each series';
const CALLS = {avg: 'mean()', mean: 'mean()', min: 'min()', max: 'max()', median: 'median()', count: 'count()', sum: 'sum()',
  stddev: 'stddev()', spread: 'spread()', first: 'first()', last: 'last()', rate: ''};

function span(what, text) {
  const match = /^(\d{1,12})(s|mo|m|h|d|w|y)$/.exec(text);
  if (!match) throw new Error(`${what} must be a whole number and one of s, m, h, d, w, mo, y, such as 30m, was "${text}"`);
  return {count: Number(match[1]), unit: match[2], length: Number(match[1]) * LENGTHS[match[2]], text};
}

function texts(params, key, otherwise) {
  const value = params[key] ?? otherwise;
  const list = typeof value === 'string' ? value.split(',').map(each => each.trim()) : value;
  if (!Array.isArray(list) || list.length === 0 || list.some(each => typeof each !== 'string' || each === '')) {
    throw new Error(`parameter ${key} must be a list of texts, or a text with commas between them, and not be empty`);
  }
  return [...new Set(list)];
}

function call(name) {
  if (name in CALLS) return CALLS[name];
  const percentile = /^p(\d{1,2}(\.\d{1,6})?|100)$/.exec(name);
  if (!percentile) {
    throw new Error('functions must be of avg, mean, min, max, median, count, sum, stddev, spread, first, last, rate, or'
      + ` percentiles such as p95 or p99.9, was "${name}"`);
  }
  const share = Number(percentile[1]) / 100;
  return `quantile(q: ${Number.isInteger(share) ? share + '.0' : share}, method: "exact_mean")`;
}

// ---- The calendar ---------------------------------------------------------------------------------------------------

// How far the clock on the wall is ahead of UTC, in milliseconds.
function ahead(clock, time) {
  const part = Object.fromEntries(clock.formatToParts(time).map(each => [each.type, Number(each.value)]));
  return Date.UTC(part.year, part.month - 1, part.day, part.hour % 24, part.minute, part.second)
    - Math.floor(time / SECOND) * SECOND;
}

// When the clock on the wall shows a time first, or jumps over it.
function instant(clock, local) {
  const before = ahead(clock, local - DAY);
  const after = ahead(clock, local + DAY);
  if (ahead(clock, local - before) === before) return local - before;
  if (ahead(clock, local - after) === after) return local - after;
  let early = local - Math.max(before, after);
  let late = local - Math.min(before, after);
  while (late - early > SECOND) {
    const middle = Math.floor((early + late) / 2 / SECOND) * SECOND;
    if (ahead(clock, middle) === before) early = middle; else late = middle;
  }
  return late;
}

function calendar(size, zone, offset) {
  const clock = new Intl.DateTimeFormat('en-US', {timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric',
    day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric'});
  const months = {mo: 1, y: 12}[size.unit] * size.count;
  const begin = index => instant(clock, offset
    + (months ? Date.UTC(1970, index * months, 1) : index * size.length + (size.unit === 'w' ? 4 * DAY : 0)));
  const indexOf = local => {
    if (!months) return Math.floor((local - (size.unit === 'w' ? 4 * DAY : 0)) / size.length);
    const date = new Date(local);
    return Math.floor(((date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth()) / months);
  };
  return {
    day: time => new Date(time + ahead(clock, time)),
    midnight: local => instant(clock, local),
    windowAt: time => {
      const around = size.length + 25 * LENGTHS.h;
      if ('smh'.includes(size.unit) && (ahead(clock, time + around) - ahead(clock, time - around)) % size.length === 0) {
        const shift = ahead(clock, time) - offset;
        const start = Math.floor((time + shift) / size.length) * size.length - shift;
        return {start, stop: start + size.length};
      }
      let index = indexOf(time + ahead(clock, time) - offset);
      while (begin(index) > time) index--;
      while (begin(index + 1) <= time) index++;
      return {start: begin(index), stop: begin(index + 1)};
    }
  };
}

function endedBetween(cut, after, upTo) {
  const windows = [];
  for (let next = cut.windowAt(after); windows.length < MAX_WINDOWS && next.stop <= upTo; next = cut.windowAt(next.stop)) {
    windows.push(next);
  }
  return windows;
}

// The windows from one on that are of its length and follow each other: what a database can cut by itself.
function stretch(windows, from) {
  let to = from + 1;
  const length = windows[from].stop - windows[from].start;
  while (to < windows.length && to - from < WINDOWS_AT_ONCE && windows[to].stop - windows[to].start === length) to++;
  return windows.slice(from, to);
}

// ---- The question ---------------------------------------------------------------------------------------------------

const literal = text => '"' + text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('${', '\\${') + '"';
const list = names => '[' + names.map(literal).join(', ') + ']';
const anyOf = (column, names) => {
  const any = names.map(name => `r.${column} == ${literal(name)}`).join(' or ');
  return names.length === 1 ? any : `(${any})`;
};

function conditions(params, fields) {
  const all = [anyOf('_field', fields)];
  const wanted = params.measurements;
  if (typeof wanted === 'string' && /^\/.+\/$/s.test(wanted)) {
    if (/[\u0000-\u001f]|(^|[^\\])(\\\\)*\/./.test(wanted.slice(1))) {
      throw new Error(`measurements has a regular expression with a slash that is not escaped: ${wanted}`);
    }
    all.unshift(`r._measurement =~ ${wanted}`);
  } else if (wanted !== undefined && wanted !== null) {
    all.unshift(anyOf('_measurement', texts(params, 'measurements')));
  }
  return all.join(' and ');
}

function flux(job, windows) {
  const every = (windows[0].stop - windows[0].start) / SECOND;
  const shift = ((windows[0].start / SECOND) % every + every) % every;
  const cut = `every: ${every}s${shift ? `, offset: ${shift}s` : ''}`;
  const from = `from(bucket: ${literal(job.local.bucket)})\n  |> range(start: ${new Date(windows[0].start).toISOString()}, stop: `
    + `${new Date(windows[windows.length - 1].stop).toISOString()})\n  |> filter(fn: (r) => ${job.conditions})\n`;
  const window = windows.length === 1 ? '' : `  |> window(${cut})\n`;
  return job.functions.map(name => {
    if (name === 'rate') {
      return `${from}${window}  |> difference(nonNegative: true, initialZero: true)\n  |> sum()\n  |> yield(name: ${literal(INCREASE)})\n`
        + `${from}${window}  |> map(fn: (r) => ({r with _value: int(v: r._time)}))\n  |> spread()\n  |> yield(name: ${literal(NANOS)})\n`;
    }
    const one = call(name);
    const sorted = name === 'first' || name === 'last' ? '  |> sort(columns: ["_time", "_value"])\n' : '';
    const fn = one.endsWith('()') ? one.slice(0, -2) : `(column, tables=<-) => tables |> ${one.replace('(', '(column: column, ')}`;
    const step = windows.length === 1 ? one : `aggregateWindow(${cut}, fn: ${fn}, timeSrc: "_start", createEmpty: false)`;
    const kept = ['_measurement', '_field', ...job.groupBy, ...(windows.length === 1 ? [] : ['_time']), '_value'];
    return `${from}  |> group(columns: ${list(['_measurement', '_field', ...job.groupBy])})\n${sorted}  |> ${step}\n`
      + `  |> keep(columns: ${list(kept)})\n  |> yield(name: ${literal(name)})\n`;
  }).join('');
}

async function send(target, path, type, body) {
  const headers = {'Content-Type': type};
  if (target.token) headers.Authorization = 'Token ' + target.token;
  const answer = await fetch(`${target.url}${path}org=${encodeURIComponent(target.org)}`, {method: 'POST', headers, body,
    signal: AbortSignal.timeout(50000)});
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${target.url} answered ${answer.status}: ${text.slice(0, 500)}`);
  return text;
}

function cells(line) {
  const found = [];
  for (const [, quoted, plain] of (',' + line).matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g)) {
    found.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
  }
  return found;
}

// The rows of an answer with annotations, as objects. Names and tags have no line ends: the line protocol has none.
function rows(csv) {
  const found = [];
  let header = [];
  let defaults = [];
  let heading = false;
  for (const line of csv.split(/\r?\n/)) {
    if (line.startsWith('#')) {
      heading = true;
      if (line.startsWith('#default')) defaults = cells(line);
    } else if (line !== '' && heading) {
      header = cells(line);
      heading = false;
      if (header[1] === 'error') header = ['', 'error', 'reference'];
    } else if (line !== '') {
      const values = cells(line);
      const row = Object.fromEntries(header.map((name, i) => [name, values[i] === '' ? defaults[i] ?? '' : values[i]]));
      if (row.error) throw new Error(row.error);
      found.push(row);
    }
  }
  return found;
}

async function ask(job, windows) {
  const body = JSON.stringify({query: flux(job, windows), dialect: {header: true, annotations: ['datatype', 'group', 'default']}});
  const answer = rows(await send(job.local, '/api/v2/query?', 'application/json', body));
  const nanos = new Map();
  const start = (row, column) => windows.length === 1 ? windows[0].start : Date.parse(row[column]);
  const series = row => JSON.stringify([start(row, '_start'), Object.entries(row).filter(([name]) =>
    !['', 'result', 'table', '_value', '_time', '_start', '_stop'].includes(name)).sort()]);
  answer.filter(row => row.result === NANOS).forEach(row => nanos.set(series(row), Number(row._value)));
  const groups = new Map();
  const put = (row, time, name, value) => {
    if (!Number.isFinite(value) || job.groupBy.some(tag => !row[tag])) return;
    const key = JSON.stringify([time, row._measurement, row._field, ...job.groupBy.map(tag => row[tag])]);
    const group = groups.get(key) ?? {time, row, values: {}};
    group.values[name] = (group.values[name] ?? 0) + value;
    groups.set(key, group);
  };
  for (const row of answer) {
    if (row.result === INCREASE) {
      const passed = nanos.get(series(row)) ?? 0;
      if (passed > 0) put(row, start(row, '_start'), 'rate', Number(row._value) / (passed / 1e9));
    } else if (row.result !== NANOS) {
      put(row, start(row, '_time'), row.result, Number(row._value));
    }
  }
  return [...groups.values()];
}

// ---- The points -----------------------------------------------------------------------------------------------------

const escaped = (text, special) => text.replace(special, '\\$&');

function line(job, group) {
  const day = job.cut.day(group.time);
  const own = job.layout === 'reference'
    ? {year: day.getUTCFullYear(), month: day.getUTCMonth() + 1, day: day.getUTCDate()} : {window: job.window.text};
  const tags = [...job.groupBy.map(tag => [tag, group.row[tag]]), ...Object.entries(own)]
    .map(([name, value]) => `,${escaped(name, /[, =]/g)}=${escaped(String(value), /[, =]/g)}`).join('');
  const fields = job.functions.filter(name => name in group.values).map(name => {
    const field = group.row._field === 'value' ? name : `${group.row._field}_${name}`;
    return `${escaped(field, /[, =]/g)}=${group.values[name]}${name === 'count' ? 'i' : ''}`;
  });
  return `${escaped(job.prefix + group.row._measurement, /[, ]/g)}${tags} ${fields.join()} ${BigInt(group.time) * 1000000n}`;
}

function target(params, prefix) {
  for (const key of ['url', 'org', 'bucket']) {
    if (!params[`${prefix}_${key}`]) {
      throw new Error(`parameter ${prefix}_${key} is missing: bind it to the package or to the action`);
    }
  }
  return {url: params[prefix + '_url'].replace(/\/+$/, ''), org: params[prefix + '_org'], bucket: params[prefix + '_bucket'],
    token: params[prefix + '_token']};
}

function moment(what, text, cut) {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? cut.midnight(Date.parse(text)) : Date.parse(text);
  if (Number.isNaN(time)) throw new Error(`${what} must be a day such as 2026-03-01, or a moment such as 2026-03-01T00:00:00Z, was "${text}"`);
  return time;
}

function jobOf(params) {
  const window = span('window', params.window ?? '1d');
  const offset = span('offset', params.offset ?? '0s').length;
  if (window.length === 0) throw new Error(`window must be longer than 0, was ${window.text}`);
  if (offset >= window.length || offset >= DAY) throw new Error(`offset must be shorter than the window (${window.text}) and than a day`);
  let cut;
  try {
    cut = calendar(window, params.timezone ?? 'UTC', offset);
  } catch (unknown) {
    throw new Error(`timezone must be a name such as Europe/Rome, was "${params.timezone}"`);
  }
  const layout = params.layout ?? 'low-cardinality';
  if (!['low-cardinality', 'reference'].includes(layout)) throw new Error(`layout must be low-cardinality or reference, was "${layout}"`);
  const functions = texts(params, 'functions', ['avg', 'min', 'max', 'median', 'count']);
  functions.forEach(call);
  return {window, cut, layout, functions, prefix: params.prefix ?? '', groupBy: texts(params, 'groupBy', ['datacenter_id']),
    lateness: params.lateness ? span('lateness', params.lateness).length : window.length, local: target(params, 'local'),
    central: target(params, 'central'), conditions: conditions(params, texts(params, 'fields', ['value']))};
}

function windowsOf(job, params, now) {
  if (params.from === undefined && params.to === undefined) {
    return endedBetween(job.cut, now - job.window.length - job.lateness, now);
  }
  const from = moment('from', params.from, job.cut);
  const to = moment('to', params.to, job.cut);
  if (from >= to) throw new Error('from and to belong together, from before to');
  return endedBetween(job.cut, from, Math.min(now, job.cut.windowAt(to - 1).stop));
}

async function main(params) {
  try {
    const job = jobOf(params);
    const windows = windowsOf(job, params, Date.now());
    const deadline = Number(process.env.__OW_DEADLINE || Date.now() + 60000) - 5000;
    let done = 0;
    let points = 0;
    while (done < windows.length && Date.now() < deadline) {
      const next = stretch(windows, done);
      const lines = (await ask(job, next)).map(group => line(job, group));
      for (let i = 0; i < lines.length; i += 5000) {
        await send(job.central, `/api/v2/write?precision=ns&bucket=${encodeURIComponent(job.central.bucket)}&`,
          'text/plain; charset=utf-8', lines.slice(i, i + 5000).join('\n'));
      }
      done += next.length;
      points += lines.length;
    }
    const result = {windows: done, points};
    if (done < windows.length || windows.length === MAX_WINDOWS) {
      Object.assign(result, {more: true, next: new Date(done ? windows[done - 1].stop : windows[0].start).toISOString()});
    }
    return result;
  } catch (error) {
    return {error: `${error.message}${error.cause ? ': ' + error.cause.message : ''}`};
  }
}

exports.main = main;
