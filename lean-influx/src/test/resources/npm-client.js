// Every call that programs make through InfluxData's client for Node.js: writes, queries, buckets, tokens, deletes.
const assert = require('assert');
const {InfluxDB, Point, HttpError, flux} = require('@influxdata/influxdb-client');
const {AuthorizationsAPI, BucketsAPI, DeleteAPI, HealthAPI, OrgsAPI, PingAPI, ReadyAPI, SetupAPI} =
    require('@influxdata/influxdb-client-apis');

const [url, token] = process.argv.slice(1);
const org = 'influxdata';
const influx = new InfluxDB({url, token});

async function fails(call, status, text) {
    try {
        await call;
    } catch (e) {
        assert.ok(e instanceof HttpError, String(e));
        assert.strictEqual(e.statusCode, status, e.body);
        assert.ok(e.body.includes(text), e.body);
        return;
    }
    assert.fail('expected ' + status);
}

async function main() {
    assert.strictEqual((await new HealthAPI(influx).getHealth()).status, 'pass');
    assert.strictEqual((await new ReadyAPI(influx).getReady()).status, 'ready');
    await new PingAPI(influx).getPing();
    assert.strictEqual((await new SetupAPI(influx).getSetup()).allowed, false);

    const orgs = await new OrgsAPI(influx).getOrgs({org});
    const orgID = orgs.orgs[0].id;
    const buckets = new BucketsAPI(influx);
    await fails(buckets.getBuckets({orgID, name: 'made'}), 404, 'bucket \\"made\\" not found');
    const made = await buckets.postBuckets({body: {orgID, name: 'made', retentionRules: []}});
    assert.strictEqual((await buckets.getBuckets({orgID, name: 'made'})).buckets[0].id, made.id);

    const writer = influx.getWriteApi(org, 'made', 'ms', {defaultTags: {site: 'rome, 1'}, batchSize: 5000});
    const now = Date.now();
    for (let i = 0; i < 2000; i++) {
        writer.writePoint(new Point('temperature')
            .tag('device', 'd' + (i % 2))
            .floatField('value', i / 4)
            .intField('count', i)
            .stringField('text', 'a "quoted", \\ text')
            .booleanField('even', i % 2 === 0)
            .timestamp(new Date(now - i * 10)));
    }
    await writer.close();

    const queries = influx.getQueryApi(org);
    const sums = await queries.collectRows(flux`from(bucket: ${'made'}) |> range(start: -1h)
        |> filter(fn: (r) => r._field == "count") |> sum()`);
    assert.deepStrictEqual(sums.map(row => row._value).sort((a, b) => a - b), [999000, 1000000]);
    assert.strictEqual(sums[0].site, 'rome, 1');
    const texts = await queries.collectRows(
        'from(bucket: "made") |> range(start: -1h) |> filter(fn: (r) => r._field == "text") |> last()');
    assert.strictEqual(texts[0]._value, 'a "quoted", \\ text');
    assert.strictEqual(new Date(texts[0]._time).getTime() <= now, true);
    await fails(queries.collectRows('from(bucket: "none") |> range(start: -1h)'), 404, 'could not find bucket');
    await fails(queries.collectRows('from(bucket: "made"'), 400, 'error @1');

    const bad = influx.getWriteApi(org, 'made', 'ms', {maxRetries: 0});
    bad.writeRecord('temperature value=true');
    await fails(bad.close(), 422, 'field type conflict');

    const authorizations = new AuthorizationsAPI(influx);
    const reader = await authorizations.postAuthorizations({body: {orgID, description: 'reads', permissions: [
        {action: 'read', resource: {type: 'buckets', id: made.id, orgID}}]}});
    const limited = new InfluxDB({url, token: reader.token});
    assert.strictEqual((await limited.getQueryApi(org).collectRows(
        'from(bucket: "made") |> range(start: -1h) |> filter(fn: (r) => r._field == "even") |> count()')).length, 2);
    const refused = limited.getWriteApi(org, 'made', 'ms', {maxRetries: 0});
    refused.writeRecord('temperature value=1');
    await fails(refused.close(), 403, 'insufficient permissions for write');
    await authorizations.patchAuthorizationsID({authID: reader.id, body: {status: 'inactive'}});
    const all = await authorizations.getAuthorizations({});
    assert.strictEqual(all.authorizations.find(each => each.id === reader.id).status, 'inactive');
    await authorizations.deleteAuthorizationsID({authID: reader.id});

    await new DeleteAPI(influx).postDelete({org, bucket: 'made', body: {
        start: '1970-01-01T00:00:00Z', stop: '2100-01-01T00:00:00Z', predicate: 'device="d0"'}});
    assert.strictEqual((await queries.collectRows(
        'from(bucket: "made") |> range(start: -1h) |> filter(fn: (r) => r._field == "count") |> count()')).length, 1);
    await buckets.patchBucketsID({bucketID: made.id, body: {name: 'renamed'}});
    await buckets.deleteBucketsID({bucketID: made.id});
    await fails(buckets.getBucketsID({bucketID: made.id}), 404, 'bucket not found');
    console.log('all well');
}

main().catch(e => {
    console.error(e);
    process.exit(1);
});
