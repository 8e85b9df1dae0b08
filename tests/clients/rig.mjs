// What the tests of Node's clients share: the live server, new customers of it, and what became of their requests.
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'

import OpenAI from 'openai'

const { address, adminKey, vendors, anthropic } = JSON.parse(process.env.FREEHOLD_TEST_RIG)

// Anthropic's clients sent their key as x-api-key before they sent it as a bearer token: both kinds are proven.
export const { default: Anthropic } = await import(anthropic)

export const TEXT = 'Hello from the vendor – größte Grüße.'
export const CITY = { city: 'Köln' }
export const OUTPUT_TOKENS = 5
const PATIENCE_MS = 10_000

async function admin(path, body) {
  const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' }
  const method = body === undefined ? 'GET' : 'POST'
  const answer = await fetch(address + path, { method, headers, body: body && JSON.stringify(body) })
  assert.ok(answer.ok, `${path}: ${answer.status}`)
  return answer.json()
}

/** Waits until something holds. */
export async function until(condition, patienceMs = PATIENCE_MS) {
  const deadline = Date.now() + patienceMs
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, 'it does not come to hold')
    await pause(20)
  }
}

/** Somebody with a key. `topic` is what they talk about, nobody else does; `statuses` are the answers' so far. */
export class Customer {
  statuses = []
  refused = () => {}

  static async of(tier = '') {
    const customer = new Customer()
    const person = await admin('/admin/v1/people', { name: 'customer', tier })
    customer.personId = person.id
    customer.key = (await admin('/admin/v1/keys', { name: 'laptop', person_id: person.id })).key
    customer.topic = `topic-${person.id}`
    return customer
  }

  #fetch = async (...asked) => {
    const answer = await fetch(...asked)
    this.statuses.push(answer.status)
    if (answer.status === 429) await this.refused()
    return answer
  }

  openai(options = {}) {
    return new OpenAI({ baseURL: `${address}/v1`, apiKey: this.key, fetch: this.#fetch, ...options })
  }

  anthropic(options = {}) {
    return new Anthropic({ baseURL: address, apiKey: this.key, fetch: this.#fetch, ...options })
  }

  get said() {
    return [{ role: 'user', content: this.topic }]
  }

  /** What became of this customer's requests at the vendors. */
  async seen() {
    return (await fetch(`${vendors}/topics/${this.topic}`)).json()
  }

  /** The ledger's rows of this customer, once there are as many, oldest first. */
  async rows(count) {
    let found = []
    await until(async () => {
      found = (await admin(`/v1/usage?rows=true&person_id=${this.personId}`)).data
      return found.length >= count
    })
    assert.equal(found.length, count)
    return found
  }
}

/** Everything an async iterable gives. */
export async function all(things) {
  const found = []
  for await (const thing of things) found.push(thing)
  return found
}

/** Runs `work` and returns what it threw, which must be of this class. */
export async function thrown(kind, work) {
  try {
    await work()
  } catch (error) {
    assert.ok(error instanceof kind, `${error.constructor.name}: ${error.message}`)
    return error
  }
  assert.fail(`no ${kind.name} was thrown`)
}

/** The milliseconds of every timer that is set from now on, until the test ends. */
export function timers(test) {
  const mocked = test.mock.method(globalThis, 'setTimeout')
  return () => mocked.mock.calls.map((call) => call.arguments[1])
}
