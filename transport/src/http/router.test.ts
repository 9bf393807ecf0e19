import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Refusal } from '@ron/kernel/contract/refusals'
import { matchNaively } from './router.oracle.ts'
import { createRouter, pathBytesMax, segmentsMax, type Route, type RouteText } from './router.ts'

const routesOf = (...routes: RouteText[]): Route<string>[] =>
  routes.map((route) => ({ route, target: route }))
const node = createRouter(
  routesOf(
    'GET /',
    'GET /objects',
    'GET /objects/*name',
    'PUT /objects/*name',
    'DELETE /objects/*name',
    'POST /o',
    'GET /o/:address',
    'GET /o/special',
    'POST /o/special/deep',
    'GET /a/:x/c',
    'PUT /a/b/c',
    'GET /a/b/d',
    'GET /graph/nodes/:node',
  ),
)

function found(method: string, path: string) {
  const match = node.match(method, path)
  assert.equal(match.kind, 'found', `${method} ${path}`)
  return match.kind === 'found' ? match : assert.fail()
}

const refused = (message: RegExp) => (error: unknown) =>
  error instanceof Refusal && error.code === 'BadRequest' && message.test(error.message)

test('literals, parameters and the rest of a path are found with their values decoded', () => {
  assert.deepEqual(found('GET', '/o/b3:ab').params, { address: 'b3:ab' })
  assert.deepEqual(found('GET', '/o/b3%3Aab').params, { address: 'b3:ab' })
  assert.deepEqual(found('PUT', '/objects/a/b%20c/d.txt').params, { name: 'a/b c/d.txt' })
  assert.deepEqual(found('GET', '/').params, {})
  assert.equal(found('PUT', '/objects/a').template, '/objects/*name')
})

test('the decoded path is one and the same for every spelling', () => {
  for (const path of ['/objects/a/b', '/objects/%61/b', '/objects/a%2Fb', '/%6fbjects/a/b']) {
    const match = found('GET', path)
    assert.equal(match.path, '/objects/a/b')
    assert.deepEqual(match.params, { name: 'a/b' })
  }
})

test('a literal beats a parameter, and both beat the rest', () => {
  assert.equal(found('GET', '/o/special').target, 'GET /o/special')
  assert.equal(found('GET', '/o/other').target, 'GET /o/:address')
  assert.equal(found('GET', '/objects').target, 'GET /objects')
})

test('a literal that leads nowhere gives way to a parameter', () => {
  assert.equal(found('GET', '/a/b/d').target, 'GET /a/b/d')
  assert.equal(found('GET', '/a/b/c').target, 'GET /a/:x/c')
  assert.equal(found('PUT', '/a/b/c').target, 'PUT /a/b/c')
})

test('HEAD follows GET', () => {
  assert.equal(found('HEAD', '/objects/a').target, 'GET /objects/*name')
  assert.deepEqual(node.match('HEAD', '/o'), { kind: 'methodNotAllowed', template: '/o', allow: ['POST'] })
})

test('a known path with another method lists those that are allowed', () => {
  assert.deepEqual(node.match('PATCH', '/objects/a'), {
    kind: 'methodNotAllowed',
    template: '/objects/*name',
    allow: ['DELETE', 'GET', 'HEAD', 'PUT'],
  })
  assert.deepEqual(node.match('OPTIONS', '/a/b/c'), {
    kind: 'methodNotAllowed',
    template: '/a/b/c',
    allow: ['GET', 'HEAD', 'PUT'],
  })
  assert.equal(node.match('get', '/objects').kind, 'methodNotAllowed')
})

test('an unknown path is not found, also with a slash too many or too few', () => {
  for (const path of [
    '/x',
    '/objects/',
    '/o/',
    '/o/a/',
    '/o/a/b',
    '/objects/a/',
    '/objects/a%2F',
    '/a',
    '/__proto__',
    '/o/special/',
  ]) {
    assert.deepEqual(node.match('GET', path), { kind: 'notFound' }, path)
  }
})

test('paths that climb are refused in every spelling', () => {
  const climbing = [
    '/objects/../x',
    '/objects/.',
    '/objects/a/..',
    '/objects/%2e%2e/x',
    '/objects/%2E',
    '/objects/.%2e/x',
  ]
  for (const path of [...climbing, '/objects/a%2f..%2fb', '/objects/..%2Fx', '/../x', '/x/%2e%2e']) {
    assert.throws(() => node.match('GET', path), refused(/segment/), path)
  }
  assert.equal(found('GET', '/objects/...').params['name'], '...')
  assert.equal(found('GET', '/objects/.a').params['name'], '.a')
})

test('backslashes, control characters and empty segments are refused', () => {
  assert.throws(() => node.match('GET', '/objects/a\\b'), refused(/backslash/))
  assert.throws(() => node.match('GET', '/objects/a%5Cb'), refused(/backslash/))
  assert.throws(() => node.match('GET', '/objects/a%00b'), refused(/control/))
  assert.throws(() => node.match('GET', '/objects/a\u0000b'), refused(/percent-encoded/))
  for (const path of ['//', '/objects//a', '//objects/a', '/objects/a%2F%2Fb', '/objects/%2Fa']) {
    assert.throws(() => node.match('GET', path), refused(/empty segment/), path)
  }
})

test('an encoded slash is refused in a parameter', () => {
  assert.throws(() => node.match('GET', '/graph/nodes/a%2Fb'), refused(/node in the path/))
})

test('what is no path is refused', () => {
  for (const path of ['', '*', 'objects', 'http://node/objects']) {
    assert.throws(() => node.match('GET', path), refused(/begin with/), path)
  }
})

test('a path over its limits is refused, one at them is not', () => {
  const longest = `/objects/${'a'.repeat(pathBytesMax - '/objects/'.length)}`
  assert.equal(found('GET', longest).kind, 'found')
  assert.throws(() => node.match('GET', `${longest}a`), refused(/2049 bytes/))
  const deepest = `/objects${'/a'.repeat(segmentsMax - 1)}`
  assert.equal(found('GET', deepest).kind, 'found')
  assert.throws(() => node.match('GET', `${deepest}/a`), refused(/65 segments/))
})

test('routes that are written wrongly or twice are mistakes', () => {
  const wrong: RouteText[] = [
    'GET /a/*rest/b',
    'GET /:',
    'GET /*',
    'GET /a b',
    'GET /:x/:x',
    'GET /a/b*',
    'GET /%41',
  ]
  for (const route of wrong) assert.throws(() => createRouter(routesOf(route)), /a route is/, route)
  assert.throws(() => createRouter(routesOf('GET /a/:x', 'GET /a/:y')), /two routes/)
})

test('it finds what the naive router finds', () => {
  const part = fc.constantFrom('a', 'b', ':p', ':q', '*r')
  const template = fc.array(part, { minLength: 1, maxLength: 4 }).map(wellFormed)
  const route = fc
    .tuple(fc.constantFrom('GET', 'PUT', 'POST'), template)
    .map(([m, t]): RouteText => `${m} ${t}` as RouteText)
  const path = fc
    .array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 5 })
    .map((parts) => `/${parts.join('/')}`)
  fc.assert(
    fc.property(
      fc.uniqueArray(route, {
        maxLength: 10,
        selector: (text) => text.replace(/:[pq]/g, ':').replace(/\*r/, '*'),
      }),
      fc.constantFrom('GET', 'HEAD', 'PUT', 'DELETE'),
      path,
      (texts, method, asked) => {
        fc.pre(!/\/\//.test(asked))
        const routes = routesOf(...texts)
        assert.deepEqual(createRouter(routes).match(method, asked), matchNaively(routes, method, asked))
      },
    ),
    { numRuns: 2_000 },
  )
})

/** Cuts after a rest and at a name's second use. */
function wellFormed(parts: readonly string[]): string {
  const rest = parts.findIndex((part) => part.startsWith('*'))
  const kept = rest < 0 ? parts : parts.slice(0, rest + 1)
  return `/${kept.map((part, i) => (part.startsWith(':') ? `${part}${i}` : part)).join('/')}`
}
