// OpenAI's client for Node holds a conversation: in text, and with a voice that another model of the server made.
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import test from 'node:test'

import { OpenAIRealtimeWS } from 'openai/realtime/ws'

import { Customer, until } from './rig.mjs'

const FRAME_BYTES = 4800 // a tenth of a second
const STARTING_MS = 25_000 // the first session and the first words start what they need

/** A session. The client knows wss alone, as servers have it behind their TLS; here it is given a plain connection. */
async function opened(customer, model) {
  const { hostname, port } = new URL(customer.openai().baseURL)
  const options = { createConnection: () => connect(Number(port), hostname) }
  return OpenAIRealtimeWS.create(customer.openai(), { model, options })
}

async function connected(customer, session) {
  const socket = await opened(customer, 'starter')
  const events = []
  socket.on('event', (event) => events.push(event))
  socket.on('error', () => {}) // those a test waits for are among the events
  const of = (type) => events.filter((event) => event.type === type)
  await until(() => of('session.created').length, STARTING_MS)
  if (session) {
    socket.send({ type: 'session.update', session: { type: 'realtime', ...session } })
    await until(() => of('session.updated').length)
  }
  return { socket, of, close: () => socket.close({ code: 1000, reason: 'done' }) }
}

function say(socket, text) {
  const content = [{ type: 'input_text', text }]
  socket.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } })
  socket.send({ type: 'response.create' })
}

test('a written question is answered in text', async () => {
  const customer = await Customer.of()
  const { socket, of, close } = await connected(customer, { output_modalities: ['text'] })
  say(socket, 'Who are you?')
  await until(() => of('response.done').length, STARTING_MS)
  close()
  const [{ response }] = of('response.done')
  const told = of('response.output_text.delta').map((event) => event.delta).join('')
  assert.equal(response.status, 'completed')
  assert.equal(response.output[0].content[0].text, told)
  assert.ok(told)
})

test('an answer is spoken, and its voice then stays', async () => {
  const customer = await Customer.of()
  const { socket, of, close } = await connected(customer)
  say(socket, 'Hello!')
  await until(() => of('response.done').length, STARTING_MS)
  socket.send({ type: 'session.update', session: { type: 'realtime', audio: { output: { voice: 'echo' } } } })
  await until(() => of('error').length)
  close()
  const sound = Buffer.concat(of('response.output_audio.delta').map((event) => Buffer.from(event.delta, 'base64')))
  assert.ok(sound.length > FRAME_BYTES)
  assert.equal(of('error')[0].error.code, 'cannot_update_voice')
})

test('a spoken turn is heard, by hand and by its silence', async () => {
  const customer = await Customer.of()
  const spoken = await customer.openai().audio.speech.create({
    model: 'espeak',
    voice: 'alloy',
    input: 'hello',
    response_format: 'pcm',
  })
  const sound = Buffer.concat([Buffer.from(await spoken.arrayBuffer()), Buffer.alloc(FRAME_BYTES * 10)])
  const { socket, of, close } = await connected(customer, {
    audio: { input: { turn_detection: { type: 'server_vad', create_response: false } } },
  })
  for (let at = 0; at < sound.length; at += FRAME_BYTES) {
    const audio = sound.subarray(at, at + FRAME_BYTES).toString('base64')
    socket.send({ type: 'input_audio_buffer.append', audio })
  }
  await until(() => of('input_audio_buffer.committed').length)
  assert.equal(of('input_audio_buffer.speech_started').length, 1)
  assert.equal(of('input_audio_buffer.speech_stopped').length, 1)
  socket.send({ type: 'input_audio_buffer.append', audio: sound.toString('base64') })
  socket.send({ type: 'input_audio_buffer.commit' })
  await until(() => of('input_audio_buffer.committed').length >= 2)
  close()
  assert.equal(of('error').length, 0)
})

test('what is refused before the session is an error of the connection', async () => {
  const customer = await Customer.of()
  const socket = await opened(customer, 'nobody')
  const error = await new Promise((resolve) => socket.on('error', resolve))
  assert.match(error.message, /404/)
})
