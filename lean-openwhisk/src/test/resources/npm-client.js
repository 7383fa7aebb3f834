// A whole life through the client library: declared, run, read, and deleted again.
'use strict'
const assert = require('assert')
const openwhisk = require('openwhisk')
const [apihost, apiKey] = process.argv.slice(1)
const ow = openwhisk({ apihost, api_key: apiKey })

async function until (found) {
  for (let i = 0; i < 100; i++) {
    const value = await found()
    if (value) return value
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new Error('it did not happen within 10 s')
}

// A running activation has a record, too, which has no end.
async function ended (id) {
  const record = await ow.activations.get(id).catch(() => undefined)
  return record && record.end ? record : undefined
}

async function fails (statusCode, call) {
  try {
    await call()
  } catch (e) {
    assert.strictEqual(e.statusCode, statusCode, e.message)
    return e
  }
  throw new Error('not refused with ' + statusCode)
}

async function main () {
  assert.deepStrictEqual(await ow.namespaces.list(), ['guest'])

  const hello = 'function main(p) { console.log("hi", p.name); return { hello: p.name, from: p.from } }'
  let action = await ow.actions.create({ name: 'hello', action: hello, params: { from: 'here' } })
  assert.strictEqual(action.exec.kind, 'nodejs:20')
  await fails(409, () => ow.actions.create({ name: 'hello', action: hello }))
  const result = await ow.actions.invoke({ name: 'hello', params: { name: 'bob' }, blocking: true, result: true })
  assert.deepStrictEqual(result, { hello: 'bob', from: 'here' })
  action = await ow.actions.update({ name: 'hello', action: hello, annotations: { web: 1, 'web-export': true } })
  assert.strictEqual(action.version, '0.0.2')
  assert.strictEqual((await ow.actions.get('hello')).exec.code, hello)
  assert.strictEqual((await ow.actions.list()).length, 1)

  const accepted = await ow.actions.invoke({ name: 'hello', params: { name: 'ann' } })
  const record = await until(() => ended(accepted.activationId))
  assert.strictEqual(record.response.result.hello, 'ann')
  assert.ok((await ow.activations.logs(accepted.activationId)).logs[0].endsWith('hi ann'))
  assert.strictEqual((await ow.activations.result(accepted.activationId)).status, 'success')

  await ow.actions.create({ name: 'bad', action: 'function main() { return { error: "no" } }' })
  const error = await fails(502, () => ow.actions.invoke({ name: 'bad', blocking: true }))
  assert.strictEqual(error.error.response.result.error, 'no')
  await fails(404, () => ow.actions.get('nope'))
  await fails(400, () => ow.actions.create({ name: 'x', action: 'x', kind: 'cobol' }))

  await ow.packages.create({ name: 'tools', package: { parameters: [{ key: 'from', value: 'tools' }] } })
  await ow.actions.create({ name: 'tools/hello', action: hello })
  const packaged = await ow.actions.invoke({ name: 'tools/hello', blocking: true, result: true })
  assert.strictEqual(packaged.from, 'tools')
  await ow.packages.update({ name: 'mine', package: { binding: { namespace: '_', name: 'tools' } } })
  assert.strictEqual((await ow.packages.get('mine')).actions[0].name, 'hello')
  await fails(409, () => ow.packages.delete('tools'))

  await ow.actions.create({ name: 'both', sequence: ['/_/hello', '/_/mine/hello'] })
  const sequence = await ow.actions.invoke({ name: 'both', params: { name: 'x' }, blocking: true, result: true })
  assert.strictEqual(sequence.from, 'here')

  await ow.triggers.create({ name: 't' })
  await ow.rules.create({ name: 'r', trigger: '/_/t', action: '/_/tools/hello' })
  const fired = await ow.triggers.invoke({ name: 't', params: { name: 'eve' } })
  const ran = await until(async () =>
    (await ow.activations.list({ name: 'tools/hello', docs: true })).find(a => a.end && a.response.result.hello === 'eve'))
  assert.strictEqual(ran.response.success, true)
  const trigger = await until(async () => {
    const found = await ow.activations.get(fired.activationId).catch(() => undefined)
    return found && found.logs.length > 0 ? found : undefined
  })
  assert.strictEqual(JSON.parse(trigger.logs[0]).action, 'guest/tools/hello')
  assert.strictEqual((await ow.rules.disable({ name: 'r' })) !== undefined, true)
  assert.strictEqual((await ow.rules.get('r')).status, 'inactive')

  const page = await ow.routes.list().catch(e => e)
  assert.strictEqual(page.statusCode, 404)

  await ow.triggers.create({ name: 'ft' })
  const feed = { name: '/whisk.system/utils/feed', trigger: 'ft' }
  await ow.feeds.create({ ...feed, params: { topic: 't' } })
  await ow.feeds.update(feed)
  await ow.feeds.get(feed)
  await ow.feeds.delete(feed)

  for (const name of ['r']) await ow.rules.delete(name)
  for (const name of ['t', 'ft']) await ow.triggers.delete(name)
  for (const name of ['both', 'bad', 'hello', 'tools/hello']) await ow.actions.delete(name)
  for (const name of ['mine', 'tools']) await ow.packages.delete(name)
  console.log('all well')
}

main().catch(e => {
  console.error(e)
  process.exit(1)
})
