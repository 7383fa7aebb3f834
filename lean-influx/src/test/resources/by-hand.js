// What actions for a fog of sensors do without any client: line protocol built by hand, and CSV split at its commas.
const assert = require('assert');
const http = require('http');

const [url, token] = process.argv.slice(1);
const org = 'influxdata';

function post(path, type, body) {
    return new Promise((resolve, reject) => {
        const request = http.request(url + path, {
            method: 'POST',
            headers: {Authorization: 'Token ' + token, 'Content-Type': type},
        }, response => {
            let text = '';
            response.on('data', part => text += part);
            response.on('end', () => resolve({status: response.statusCode, text}));
        });
        request.on('error', reject);
        request.end(body);
    });
}

async function addReading(body, millis) {
    const reading = JSON.parse(body);
    const tags = ',datacenter_id=' + reading.datacenter_id + ',device_fingerprint=' + reading.device_fingerprint;
    const time = millis * 1000000;
    let lines = '';
    for (const key of Object.keys(reading)) {
        if (key !== 'datacenter_id' && key !== 'device_fingerprint') {
            lines += key + tags + ' value=' + reading[key] + ' ' + time + '\n';
        }
    }
    const path = '/api/v2/write?org=' + org + '&bucket=measure&precision=ns';
    const answer = await post(path, 'text/plain; charset=utf-8', lines);
    assert.strictEqual(answer.status, 204, answer.text);
}

async function aggregate(measurement, fn, measurementColumn, idColumn, valueColumn) {
    const stop = new Date(Date.now() + 60000);
    const start = new Date(stop.getTime() - 30 * 60000);
    const query = 'from(bucket: "measure") |> range(start: ' + start.toISOString() + ', stop: ' + stop.toISOString()
        + ') |> filter(fn: (r) => r["_measurement"] == "' + measurement + '") |> filter(fn: (r) => r["_field"] == "value")'
        + ' |> group(columns: ["datacenter_id", "_measurement"])'
        + ' |> aggregateWindow(every: 1d, fn: ' + fn + ', createEmpty: false) |> yield(name: "' + fn + '")';
    const answer = await post('/api/v2/query?org=' + org + '&bucket=measure&pretty=true', 'application/json',
        JSON.stringify({query}));
    assert.strictEqual(answer.status, 200, answer.text);
    const lines = answer.text.split('\n').filter(line => line.trim() !== '');
    // A window of a day may end within these thirty minutes: then there are two rows.
    const cells = lines[lines.length - 1].substring(1).split(',');
    return {
        id: cells[idColumn].trim(), measurement: cells[measurementColumn].trim(), value: Number(cells[valueColumn]),
    };
}

async function main() {
    // Readings of one device at one moment would be one.
    const begun = Date.now();
    for (const [i, temperature] of [20, 22, 27].entries()) {
        await addReading(JSON.stringify({
            humidity: 41, temperature, gas_perc: 7, device_fingerprint: 1234567, datacenter_id: 1}), begun + i);
    }
    console.log(JSON.stringify([
        await aggregate('temperature', 'mean', 4, 5, 6),
        await aggregate('temperature', 'min', 7, 8, 5),
        await aggregate('temperature', 'max', 7, 8, 5),
    ]));
}

main().catch(e => {
    console.error(e);
    process.exit(1);
});
