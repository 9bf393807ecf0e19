import type { Method } from '@ron/kernel/contract/contract'
import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { naiveMatch } from './router.oracle.ts'
import { Router } from './router.ts'

function routerOf(...routes: `${Method} /${string}`[]): Router<string> {
  const router = new Router<string>()
  for (const route of routes) router.add(route, route)
  return router
}

const router = routerOf(
  'GET /',
  'GET /objects',
  'GET /objects/*name',
  'PUT /objects/*name',
  'GET /o/:address',
  'POST /o',
  'GET /graph/edges',
  'GET /graph/:node',
  'GET /graph/:node/degree',
)

for (const [method, path, target, params] of [
  ['GET', '/', 'GET /', {}],
  ['GET', '/objects', 'GET /objects', {}],
  ['GET', '/objects/a', 'GET /objects/*name', { name: 'a' }],
  ['PUT', '/objects/a/b%20c/d', 'PUT /objects/*name', { name: 'a/b c/d' }],
  ['HEAD', '/o/b3:00', 'GET /o/:address', { address: 'b3:00' }],
  ['GET', '/graph/edges', 'GET /graph/edges', {}],
  ['GET', '/graph/edge', 'GET /graph/:node', { node: 'edge' }],
  ['GET', '/graph/edges/degree', 'GET /graph/:node/degree', { node: 'edges' }],
  ['GET', '/objects/%E2%82%AC', 'GET /objects/*name', { name: '€' }],
] as const) {
  test(`${method} ${path} finds ${target}`, () => {
    const match = router.match(method, path)
    assert.ok(match.kind === 'found')
    assert.deepEqual([match.target, match.params], [target, params])
  })
}

test('a path whose method has no route says which methods it has', () => {
  assert.deepEqual(router.match('DELETE', '/objects/a'), { kind: 'wrong-method', allow: ['GET', 'HEAD', 'PUT'] })
})

test('a path without any route is none', () => {
  assert.deepEqual(router.match('GET', '/nowhere'), { kind: 'none' })
  assert.deepEqual(router.match('GET', '/o/a/b'), { kind: 'none' })
})

for (const path of [
  'objects/a',
  '/objects/../etc/passwd',
  '/objects/%2e%2E/etc/passwd',
  '/objects/./a',
  '/objects//a',
  '/objects/',
  '/objects/a%2Fb',
  '/objects/a\\b',
  '/objects/a%5Cb',
  '/objects/%00',
  '/objects/%0a',
  '/objects/%',
  '/objects/%zz',
  '/objects/%C0%AE',
  '/objects/%ED%A0%80',
  '/objects/a b',
  '/objects/é',
  `/objects/${'a'.repeat(2048)}`,
  '/a'.repeat(65),
]) {
  test(`the path ${JSON.stringify(path.slice(0, 40))} is malformed and the reason is told`, () => {
    const match = router.match('GET', path)
    assert.ok(match.kind === 'malformed')
    assert.match(match.because, /path/)
  })
}

test('a template given twice for a method is a mistake that shows at once', () => {
  assert.throws(() => routerOf('GET /a', 'GET /a'), /two routes/)
  assert.throws(() => routerOf('GET /*rest/a'), /must come last/)
})

test('the tree finds what trying every template finds', () => {
  const segment = fc.constantFrom('a', 'b', 'c')
  const part = fc.oneof(segment, fc.constant(':p'))
  const template = fc
    .tuple(fc.array(part, { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([parts, rest]) => `/${[...parts, ...(rest ? ['*r'] : [])].join('/')}` as const)
  const routes = fc.uniqueArray(template, { maxLength: 12 })
  fc.assert(
    fc.property(routes, fc.array(segment, { minLength: 1, maxLength: 6 }), (templates, path) => {
      const tree = routerOf(...templates.map((template) => `GET ${template}` as const))
      const match = tree.match('GET', `/${path.join('/')}`)
      const naive = naiveMatch(
        templates.map((template) => ({ method: 'GET', template })),
        'GET',
        path,
      )
      assert.equal(match.kind === 'found' ? match.target : null, naive === null ? null : `GET ${naive}`)
    }),
  )
})
