// OpenAI's Node client speaks and listens through the gateway, with the built-in engines.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import OpenAI, { toFile } from 'openai'

import { all, Customer, thrown } from './rig.mjs'

const SENTENCE = 'The weather is nice today and the train is on time.'
const speech = (customer, more = {}) =>
  customer.openai().audio.speech.create({ model: 'espeak', voice: 'alloy', input: SENTENCE, ...more })

test('speech is a sound of the format that was asked for, and one row of its characters', async () => {
  const customer = await Customer.of()
  const answer = await speech(customer, { response_format: 'wav' })
  assert.match(answer.headers.get('content-type'), /^audio\/wav/)
  const bytes = Buffer.from(await answer.arrayBuffer())
  assert.equal(bytes.subarray(0, 4).toString(), 'RIFF')
  const [row] = await customer.rows(1)
  assert.deepEqual([row.endpoint, row.characters, row.outcome], ['audio/speech', SENTENCE.length, 'answered'])
})

test('a body that is read as it comes is the whole speech', async () => {
  const customer = await Customer.of()
  const whole = Buffer.from(await (await speech(customer, { response_format: 'pcm' })).arrayBuffer())
  const pieces = await all((await speech(customer, { response_format: 'pcm' })).body)
  assert.deepEqual(Buffer.concat(pieces), whole)
})

test('an upload is written down, whole and as a stream', async () => {
  const customer = await Customer.of()
  const bytes = Buffer.from(await (await speech(customer, { response_format: 'wav' })).arrayBuffer())
  const file = await toFile(bytes, 'speech.wav')
  const create = (more) => customer.openai().audio.transcriptions.create({ model: 'pocketsphinx', file, ...more })
  const whole = await create({})
  assert.equal(typeof whole.text, 'string')
  const events = await all(await create({ stream: true }))
  assert.equal(events.at(-1).type, 'transcript.text.done')
  assert.equal(events.at(-1).text.trim(), whole.text.trim())
})

test('each mistake throws its own class', async () => {
  const customer = await Customer.of()
  await thrown(OpenAI.NotFoundError, () => speech(customer, { model: 'nobody' }))
  await thrown(OpenAI.BadRequestError, () => speech(customer, { voice: 'nobody' }))
  await thrown(OpenAI.BadRequestError, () => speech(customer, { input: ' ' }))
  const file = await toFile(Buffer.from('no sound'), 'a.wav')
  await thrown(OpenAI.BadRequestError, () =>
    customer.openai().audio.transcriptions.create({ model: 'pocketsphinx', file }),
  )
})
