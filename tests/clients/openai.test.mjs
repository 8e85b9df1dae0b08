// OpenAI's Node client against the gateway: a vendor in its own wire, one in Anthropic's, and a local worker.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import OpenAI from 'openai'

import { all, CITY, Customer, OUTPUT_TOKENS, TEXT, thrown, timers, until } from './rig.mjs'

const PROVIDERS = { gpt: 'acme', claude: 'claude', tiny: 'local' }
const VENDORS = ['gpt', 'claude']
const PARAMETERS = { type: 'object', properties: { city: { type: 'string' } } }
const TOOLS = [{ type: 'function', function: { name: 'weather', parameters: PARAMETERS } }]

const written = (chunks) => chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')

for (const model of Object.keys(PROVIDERS)) {
  test(`${model}: a whole answer has its text, its usage, its request id and one row`, async () => {
    const customer = await Customer.of()
    const answer = await customer.openai().chat.completions.create({ model, messages: customer.said, max_tokens: 9 })
    if (model !== 'tiny') assert.equal(answer.choices[0].message.content, TEXT)
    const [row] = await customer.rows(1)
    assert.equal(answer._request_id, row.request_id)
    assert.deepEqual([row.provider, row.outcome, row.estimated], [PROVIDERS[model], 'answered', false])
    const { prompt_tokens, completion_tokens } = answer.usage
    assert.deepEqual([row.input_tokens, row.output_tokens], [prompt_tokens, completion_tokens])
  })

  test(`${model}: a stream says the same, and its usage only if asked`, async () => {
    const customer = await Customer.of()
    const fixed = { model, messages: customer.said, max_tokens: 9, temperature: 0 }
    const create = (more) => customer.openai().chat.completions.create({ ...fixed, ...more })
    const whole = await create({})
    const bare = await all(await create({ stream: true }))
    const counted = await all(await create({ stream: true, stream_options: { include_usage: true } }))
    for (const chunks of [bare, counted]) assert.equal(written(chunks), whole.choices[0].message.content)
    assert.ok(bare.every((chunk) => !chunk.usage && chunk.choices.length === 1))
    assert.deepEqual(counted.at(-1).choices, [])
    assert.equal(counted.at(-1).usage.completion_tokens, whole.usage.completion_tokens)
    const rows = await customer.rows(3)
    assert.equal(new Set(rows.map((row) => row.output_tokens)).size, 1)
    assert.deepEqual(rows.map((row) => row.stream), [false, true, true])
  })

  test(`${model}: each mistake throws its own class`, async () => {
    const customer = await Customer.of()
    const create = (client, more) =>
      client.chat.completions.create({ model, messages: customer.said, max_tokens: 9, ...more })
    const unknown = await thrown(OpenAI.AuthenticationError, () => create(customer.openai({ apiKey: 'fh-wrong' })))
    const missing = await thrown(OpenAI.NotFoundError, () => create(customer.openai(), { model: `${model}-none` }))
    const bad = await thrown(OpenAI.BadRequestError, () => create(customer.openai(), { temperature: 'hot' }))
    assert.deepEqual([unknown.code, missing.code], ['invalid_api_key', 'model_not_found'])
    for (const error of [unknown, missing, bad]) assert.ok(error.requestID)
    assert.deepEqual(customer.statuses, [401, 404, 400])
    assert.equal((await customer.seen()).asked, 0)
    const [row] = await customer.rows(1)
    assert.deepEqual([row.status, row.input_tokens, row.cost?.micro_usd ?? 0], [400, 0, 0])
  })

  test(`${model}: what is left of the limits stands in the headers`, async () => {
    const customer = await Customer.of('metered')
    const asked = customer.openai().chat.completions.create({ model, messages: customer.said, max_tokens: 9 })
    const { data, response, request_id } = await asked.withResponse()
    assert.equal(response.headers.get('x-ratelimit-limit-requests'), '100')
    assert.equal(response.headers.get('x-ratelimit-remaining-requests'), '99')
    assert.match(response.headers.get('x-ratelimit-reset-tokens'), /^\d+m?s$/)
    assert.equal(request_id, data._request_id)
  })
}

for (const vendor of VENDORS) {
  for (const stream of [false, true]) {
    test(`${vendor}: a tool is called and its result comes back, stream: ${stream}`, async () => {
      const customer = await Customer.of()
      const { completions } = customer.openai().chat
      const fixed = { model: vendor, tools: TOOLS, max_tokens: 50 }
      const asked = { ...fixed, messages: customer.said }
      const message = stream
        ? await completions.stream(asked).finalMessage()
        : (await completions.create(asked)).choices[0].message
      const [call] = message.tool_calls
      assert.equal(call.function.name, 'weather')
      assert.deepEqual(JSON.parse(call.function.arguments), CITY)
      const { id, type, function: called } = call
      const turns = [
        { role: 'assistant', tool_calls: [{ id, type, function: { name: called.name, arguments: called.arguments } }] },
        { role: 'tool', tool_call_id: id, content: 'sunny' },
      ]
      const answer = await completions.create({ ...fixed, messages: [...customer.said, ...turns] })
      assert.equal(answer.choices[0].message.content, 'It is sunny')
      await customer.rows(2)
    })
  }

  test(`${vendor}: a spent budget is insufficient_quota and not tried again`, async () => {
    const customer = await Customer.of('poor')
    const asked = { model: vendor, messages: customer.said, max_tokens: 10 }
    const client = customer.openai({ maxRetries: 3 })
    await client.chat.completions.create(asked)
    const spent = await thrown(OpenAI.RateLimitError, () => client.chat.completions.create(asked))
    assert.deepEqual([spent.code, spent.type], ['insufficient_quota', 'insufficient_quota'])
    assert.deepEqual(customer.statuses, [200, 429])
    assert.equal((await customer.seen()).asked, 1)
    const [row] = await customer.rows(1)
    assert.equal(row.cost.micro_usd, OUTPUT_TOKENS * 1000)
  })

  test(`${vendor}: a stream that breaks throws after what came and is not repeated`, async () => {
    const customer = await Customer.of()
    const asked = { model: `${vendor}-breaks`, messages: customer.said, stream: true }
    const stream = await customer.openai().chat.completions.create(asked)
    const seen = []
    const error = await thrown(OpenAI.APIError, async () => {
      for await (const chunk of stream) seen.push(chunk)
    })
    assert.match(error.message, /broke off/)
    assert.ok(written(seen) && TEXT.startsWith(written(seen)))
    assert.equal((await customer.seen()).asked, 1)
    assert.equal((await customer.rows(1))[0].outcome, 'failed')
  })

  test(`${vendor}: aborting a stream frees the vendor`, async () => {
    const customer = await Customer.of()
    const asked = { model: `${vendor}-hangs`, messages: customer.said, stream: true }
    const stream = await customer.openai().chat.completions.create(asked)
    const chunks = stream[Symbol.asyncIterator]()
    await chunks.next()
    assert.equal((await customer.seen()).running, 1)
    stream.controller.abort()
    await until(async () => (await customer.seen()).hung_up === 1)
    assert.deepEqual(await customer.seen(), { asked: 1, running: 0, hung_up: 1 })
    const [row] = await customer.rows(1)
    assert.deepEqual([row.outcome, row.estimated], ['cancelled', true])
  })

  test(`${vendor}: leaving the loop of a stream frees the vendor`, async () => {
    const customer = await Customer.of()
    const asked = { model: `${vendor}-hangs`, messages: customer.said, stream: true }
    for await (const chunk of await customer.openai().chat.completions.create(asked)) if (chunk) break
    await until(async () => (await customer.seen()).hung_up === 1)
    assert.equal((await customer.rows(1))[0].outcome, 'cancelled')
  })

  test(`${vendor}: aborting the wait for a whole answer frees the vendor`, async () => {
    const customer = await Customer.of()
    const controller = new AbortController()
    const asked = { model: `${vendor}-hangs`, messages: customer.said }
    const answer = customer.openai().chat.completions.create(asked, { signal: controller.signal })
    const aborted = thrown(OpenAI.APIUserAbortError, () => answer)
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
    customer.openai({ maxRetries: 1 }).chat.completions.create({ model, messages: customer.said, ...more })
  const held = await create('gpt-hangs', { stream: true })
  const waits = timers(t)
  customer.refused = async () => {
    held.controller.abort()
    await until(async () => (await customer.seen()).running === 0)
  }
  assert.equal((await create('gpt')).choices[0].message.content, TEXT)
  assert.ok(waits().includes(1000))
  assert.deepEqual(customer.statuses, [200, 429, 200])
  assert.equal((await customer.seen()).asked, 2)
  assert.deepEqual((await customer.rows(2)).map((row) => row.outcome).sort(), ['answered', 'cancelled'])
})

for (const [model, width] of [['gpt-embed', 2], ['minilm', 384]]) {
  test(`${model}: embeddings come as the client asks for them`, async () => {
    const customer = await Customer.of()
    const answer = await customer.openai().embeddings.create({ model, input: ['a harbour', 'a sonnet'] })
    assert.deepEqual(answer.data.map((one) => one.embedding.length), [width, width])
    const [row] = await customer.rows(1)
    assert.equal(row.input_tokens, answer.usage.prompt_tokens)
  })
}

test('models of every kind are listed and retrieved', async () => {
  const client = (await Customer.of()).openai()
  const names = (await all(client.models.list())).map((model) => model.id)
  for (const name of ['gpt', 'claude', 'tiny', 'minilm']) assert.ok(names.includes(name), name)
  assert.equal((await client.models.retrieve('claude')).owned_by, 'claude')
  await thrown(OpenAI.NotFoundError, () => client.models.retrieve('none'))
})
