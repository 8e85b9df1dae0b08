// Anthropic's Node client against the gateway: a vendor in its own wire, one in OpenAI's, and a local worker.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { all, Anthropic, CITY, Customer, OUTPUT_TOKENS, TEXT, thrown, timers, until } from './rig.mjs'

const PROVIDERS = { claude: 'claude', gpt: 'acme', tiny: 'local' }
const VENDORS = ['claude', 'gpt']
const TOOLS = [{ name: 'weather', input_schema: { type: 'object', properties: { city: { type: 'string' } } } }]

const textOf = (message) => message.content.map((block) => block.text ?? '').join('')

for (const model of Object.keys(PROVIDERS)) {
  test(`${model}: a whole message has its text, its usage, its request id and one row`, async () => {
    const customer = await Customer.of()
    const message = await customer.anthropic().messages.create({ model, messages: customer.said, max_tokens: 9 })
    if (model !== 'tiny') assert.equal(textOf(message), TEXT)
    const [row] = await customer.rows(1)
    assert.equal(message._request_id, row.request_id)
    assert.deepEqual([row.provider, row.endpoint, row.outcome], [PROVIDERS[model], 'messages', 'answered'])
    const { input_tokens, output_tokens } = message.usage
    assert.deepEqual([row.input_tokens, row.output_tokens, row.estimated], [input_tokens, output_tokens, false])
  })

  test(`${model}: a stream says the same`, async () => {
    const customer = await Customer.of()
    const { messages } = customer.anthropic()
    const fixed = { model, messages: customer.said, max_tokens: 9, temperature: 0 }
    const whole = await messages.create(fixed)
    const final = await messages.stream(fixed).finalMessage()
    assert.equal(textOf(final), textOf(whole))
    assert.deepEqual([final.stop_reason, final.usage.output_tokens], [whole.stop_reason, whole.usage.output_tokens])
    const events = (await all(await messages.create({ ...fixed, stream: true }))).map((event) => event.type)
    assert.deepEqual([events.at(0), events.at(-1)], ['message_start', 'message_stop'])
    const rows = await customer.rows(3)
    assert.equal(new Set(rows.map((row) => row.output_tokens)).size, 1)
    assert.ok(rows.every((row) => !row.estimated))
  })

  test(`${model}: each mistake throws its own class`, async () => {
    const customer = await Customer.of()
    const create = (client, more) =>
      client.messages.create({ model, messages: customer.said, max_tokens: 9, ...more })
    const stranger = customer.anthropic({ apiKey: 'fh-wrong' })
    const unknown = await thrown(Anthropic.AuthenticationError, () => create(stranger))
    const missing = await thrown(Anthropic.NotFoundError, () => create(customer.anthropic(), { model: `${model}-none` }))
    const bad = await thrown(Anthropic.BadRequestError, () => create(customer.anthropic(), { max_tokens: 'many' }))
    const types = [unknown, missing, bad].map((error) => error.error.error.type)
    assert.deepEqual(types, ['authentication_error', 'not_found_error', 'invalid_request_error'])
    for (const error of [unknown, missing, bad]) assert.ok(error.requestID)
    assert.deepEqual(customer.statuses, [401, 404, 400])
    assert.equal((await customer.seen()).asked, 0)
    assert.equal((await customer.rows(1))[0].status, 400)
  })

  test(`${model}: the request id and what is left of the limits stand in the headers`, async () => {
    const customer = await Customer.of('metered')
    const asked = customer.anthropic().messages.create({ model, messages: customer.said, max_tokens: 9 })
    const { data, response, request_id } = await asked.withResponse()
    assert.equal(response.headers.get('x-ratelimit-remaining-requests'), '99')
    assert.equal(request_id, data._request_id)
    assert.equal(request_id, response.headers.get('x-request-id'))
  })
}

for (const vendor of VENDORS) {
  for (const stream of [false, true]) {
    test(`${vendor}: a tool is used and its result comes back, stream: ${stream}`, async () => {
      const customer = await Customer.of()
      const { messages } = customer.anthropic()
      const fixed = { model: vendor, tools: TOOLS, max_tokens: 50 }
      const asked = { ...fixed, messages: customer.said }
      const message = stream ? await messages.stream(asked).finalMessage() : await messages.create(asked)
      assert.equal(message.stop_reason, 'tool_use')
      const [{ type, id, name, input }] = message.content
      assert.deepEqual([type, name, input], ['tool_use', 'weather', CITY])
      const turns = [
        { role: 'assistant', content: [{ type, id, name, input }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: 'sunny' }] },
      ]
      assert.equal(textOf(await messages.create({ ...fixed, messages: [...customer.said, ...turns] })), 'It is sunny')
      await customer.rows(2)
    })
  }

  test(`${vendor}: a spent budget is a rate limit error that is not tried again`, async () => {
    const customer = await Customer.of('poor')
    const asked = { model: vendor, messages: customer.said, max_tokens: 10 }
    const { messages } = customer.anthropic({ maxRetries: 3 })
    await messages.create(asked)
    const spent = await thrown(Anthropic.RateLimitError, () => messages.create(asked))
    assert.match(spent.message, /used up/)
    assert.deepEqual(customer.statuses, [200, 429])
    assert.equal((await customer.seen()).asked, 1)
    const [row] = await customer.rows(1)
    assert.equal(row.cost.micro_usd, OUTPUT_TOKENS * 1000)
  })

  test(`${vendor}: a stream that breaks throws after what came and is not repeated`, async () => {
    const customer = await Customer.of()
    const asked = { model: `${vendor}-breaks`, messages: customer.said, max_tokens: 50, stream: true }
    const stream = await customer.anthropic().messages.create(asked)
    let seen = ''
    const error = await thrown(Anthropic.APIError, async () => {
      for await (const event of stream) seen += event.delta?.text ?? ''
    })
    assert.match(error.message, /broke off/)
    assert.ok(seen && TEXT.startsWith(seen))
    assert.equal((await customer.seen()).asked, 1)
    assert.equal((await customer.rows(1))[0].outcome, 'failed')
  })

  test(`${vendor}: aborting a stream frees the vendor`, async () => {
    const customer = await Customer.of()
    const asked = { model: `${vendor}-hangs`, messages: customer.said, max_tokens: 50, stream: true }
    const stream = await customer.anthropic().messages.create(asked)
    await stream[Symbol.asyncIterator]().next()
    stream.controller.abort()
    await until(async () => (await customer.seen()).hung_up === 1)
    assert.deepEqual(await customer.seen(), { asked: 1, running: 0, hung_up: 1 })
    assert.equal((await customer.rows(1))[0].outcome, 'cancelled')
  })

  test(`${vendor}: aborting the wait for a whole message frees the vendor`, async () => {
    const customer = await Customer.of()
    const controller = new AbortController()
    const asked = { model: `${vendor}-hangs`, messages: customer.said, max_tokens: 50 }
    const message = customer.anthropic().messages.create(asked, { signal: controller.signal })
    const aborted = thrown(Anthropic.APIUserAbortError, () => message)
    await until(async () => (await customer.seen()).running === 1)
    controller.abort()
    await aborted
    await until(async () => (await customer.seen()).hung_up === 1)
    assert.equal((await customer.rows(1))[0].outcome, 'cancelled')
  })
}

test('a limit of requests is waited for as Retry-After says', async (t) => {
  const customer = await Customer.of('single')
  const create = (model, more) =>
    customer.anthropic({ maxRetries: 1 }).messages.create({ model, messages: customer.said, max_tokens: 9, ...more })
  const held = await create('claude-hangs', { stream: true })
  const waits = timers(t)
  customer.refused = async () => {
    held.controller.abort()
    await until(async () => (await customer.seen()).running === 0)
  }
  assert.equal(textOf(await create('claude')), TEXT)
  assert.ok(waits().includes(1000))
  assert.deepEqual(customer.statuses, [200, 429, 200])
  assert.equal((await customer.seen()).asked, 2)
  await customer.rows(2)
})

test('models of every kind are listed', async () => {
  const client = (await Customer.of()).anthropic()
  const names = (await all(client.models.list())).map((model) => model.id)
  for (const name of ['gpt', 'claude', 'tiny']) assert.ok(names.includes(name), name)
  await thrown(Anthropic.NotFoundError, () => client.models.retrieve('none'))
})
