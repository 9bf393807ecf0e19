import assert from 'node:assert/strict'
import test from 'node:test'
import { catalogue } from './catalogue.ts'
import { nodeSections } from './node-sections.ts'
import { profiles, type Profile } from './profiles.ts'
import { complaints, read } from './reading.fixture.ts'

interface Row {
  /** After the profile's prefix. */
  readonly env: string
  readonly key: string
  readonly default: unknown
  readonly text: string
  readonly value: unknown
  readonly wrong: string
}

/** The blueprint's table (micronode §4), and the variables this project adds to it. */
const table: readonly Row[] = [
  row('BIND_ADDR', 'node.bind_addr', '127.0.0.1:0', '0.0.0.0:8080', '0.0.0.0:8080', '8080'),
  row('METRICS_ADDR', 'node.metrics_addr', '127.0.0.1:0', '[::1]:9090', '[::1]:9090', '127.0.0.1:65536'),
  row('MAX_BODY_BYTES', 'limits.max_body_bytes', 1_048_576, '64KiB', 65_536, '1048577'),
  row('MAX_CHUNK_BYTES', 'limits.max_chunk_bytes', 65_536, '32KiB', 32_768, '65KiB'),
  row('DECOMPRESS_RATIO_CAP', 'limits.decompress_ratio_cap', 10, '4', 4, '11'),
  row('READ_TIMEOUT', 'timeouts.read', 5_000, '2s', 2_000, '0s'),
  row('WRITE_TIMEOUT', 'timeouts.write', 5_000, '250ms', 250, '-1s'),
  row('IDLE_TIMEOUT', 'timeouts.idle', 60_000, '2m', 120_000, '2h'),
  row('TLS_ENABLED', 'tls.enabled', false, 'on', true, 'maybe'),
  row('TLS_CERT_PATH', 'tls.cert_path', '', '/etc/ron/cert.pem', '/etc/ron/cert.pem', 'a\nb'),
  row('TLS_KEY_PATH', 'tls.key_path', '', '/etc/ron/key.pem', '/etc/ron/key.pem', 'x'.repeat(4_097)),
  row('DRIVER', 'node.driver', 'auto', 'node', 'node', 'deno'),
  row('TLS_MIN_VERSION', 'tls.min_version', '1.3', '1.2', '1.2', '1.1'),
  row('TLS_CLIENT_CA', 'tls.client_ca', '', '/etc/ron/ca.pem', '/etc/ron/ca.pem', 'a\nb'),
  row('TLS_SNI_FOLDER', 'tls.sni_folder', '', '/etc/ron/sni', '/etc/ron/sni', 'a\tb'),
  row('TLS_OCSP_PATH', 'tls.ocsp_path', '', '/etc/ron/node.ocsp', '/etc/ron/node.ocsp', 'a\tb'),
  row('TLS_ADMIN', 'tls.admin', 'auto', 'always', 'always', 'perhaps'),
  row('AMNESIA', 'node.amnesia', true, '0', false, '2'),
  row('PQ_MODE', 'pq.mode', 'off', 'hybrid', 'hybrid', 'Hybrid'),
  row('PQ_REQUIRED', 'pq.required', false, '1', true, 'maybe'),
  row('PQ_ROTATE', 'pq.rotate', 3_600_000, '10m', 600_000, '25h'),
  row('PQ_HANDSHAKES_PER_SECOND', 'pq.handshakes_per_second', 500, '50', 50, '0'),
  row('UDS_PATH', 'uds.path', '', '/run/ron.sock', '/run/ron.sock', 'a\0b'),
  row('UDS_ADMIN_PATH', 'uds.admin_path', '', '/run/admin.sock', '/run/admin.sock', 'a\0b'),
  row('UDS_ALLOW_UIDS', 'uds.allow_uids', [], '0,1000', [0, 1000], '4294967296'),
  row('MACAROON_PATH', 'capabilities.macaroon_path', '', '/etc/ron/cap', '/etc/ron/cap', 'a\tb'),
  row('MAX_CONNS', 'limits.max_conns', 1024, '2048', 2048, '65537'),
  row('MAX_CONNS_PER_ADDRESS', 'limits.max_conns_per_address', 0, '128', 128, '65537'),
  row('MAX_INFLIGHT', 'limits.max_inflight', 64, '8', 8, '65'),
  row('MAX_INFLATED_BYTES', 'limits.max_inflated_bytes', 8_388_608, '1MiB', 1_048_576, '9MiB'),
  row('MAX_HEADER_BYTES', 'limits.max_header_bytes', 4_096, '2KiB', 2_048, '1023'),
  row('DRAIN_DEADLINE', 'node.drain_deadline', 10_000, '30s', 30_000, '1h'),
  row('OBJECT_CACHE', 'node.object_cache', 33_554_432, '0', 0, '17GiB'),
  row('HAND_OVER', 'node.hand_over', false, 'yes', true, 'perhaps'),
  row('HAND_OVER_SOCKET', 'node.hand_over_socket', '', '/run/ron.next', '/run/ron.next', 'a\tb'),
  row('HAND_OVER_KEY_PATH', 'node.hand_over_key_path', '', '/etc/ron/next.key', '/etc/ron/next.key', 'a\tb'),
  row('AUDIT', 'node.audit', false, 'off', false, 'full'),
  row('AUDIT_DIRECTORY', 'node.audit_directory', '', '/var/log/ron', '/var/log/ron', 'a\tb'),
  row('IDENTITY_ORIGIN', 'identity.origin', 'localhost/audit', 'example.com/1', 'example.com/1', 'a\tb'),
  row('IDENTITY_KEY_PATH', 'identity.key_path', '', '/etc/ron/key.pem', '/etc/ron/key.pem', 'a\tb'),
  row('IDENTITY_NAME', 'identity.name', '', 'a.example', 'a.example', 'a\tb'),
  row('IDENTITY_NODE_KEY_PATH', 'identity.node_key_path', '', '/etc/ron/n.pem', '/etc/ron/n.pem', 'a\tb'),
  row('IDENTITY_ADDRESSES', 'identity.addresses', [], 'http://a,ws://b', ['http://a', 'ws://b'], 'a\tb'),
  row('IDENTITY_DESCRIPTOR_TTL', 'identity.descriptor_ttl', 3_600_000, '1m', 60_000, '9s'),
  row('DEMO_TOKEN', 'capabilities.demo_token', true, 'no', false, ''),
  row(
    'CAPABILITIES_ISSUER_LOCATION',
    'capabilities.issuer_location',
    '',
    'https://a.b',
    'https://a.b',
    'a\tb',
  ),
  row(
    'CAPABILITIES_ISSUER_KEY_PATH',
    'capabilities.issuer_key_path',
    '',
    '/etc/ron/key',
    '/etc/ron/key',
    'a\tb',
  ),
  row('CAPABILITIES_REVOCATIONS_MAX', 'capabilities.revocations_max', 65_536, '16', 16, '0'),
  row('KEYS_GRACE', 'keys.grace', 86_400_000, '1h', 3_600_000, '481h'),
  row('KEYS_FILE', 'keys.file', '', '/var/lib/ron/keys', '/var/lib/ron/keys', 'a\tb'),
  row('KEYS_UNSEAL', 'keys.unseal', '', 'fd:3', 'fd:3', 'a\tb'),
  row('ADMIN_CAPABILITY', 'admin.capability', 'auto', 'always', 'always', 'sometimes'),
  row('ADMIN_CHAOS', 'admin.chaos', 'auto', 'never', 'never', 'sometimes'),
  row('SUPERVISION_START_TIMEOUT', 'supervision.start_timeout', 10_000, '1m', 60_000, '50ms'),
  row('SUPERVISION_HANG_AFTER', 'supervision.hang_after', 1_000, '3s', 3_000, '100ms'),
  row('SUPERVISION_HEAP_MAX', 'supervision.heap_max', 2 ** 30, '256MiB', 2 ** 28, '1MiB'),
  row('SUPERVISION_SPARES', 'supervision.spares', true, 'off', false, 'none'),
  row('QUOTA_REQUESTS_PER_SECOND', 'quota.requests_per_second', 100_000, '500', 500, '0'),
  row('QUOTA_BURST', 'quota.burst', 200_000, '1', 1, '10000001'),
  row('QUOTA_SUBJECTS_MAX', 'quota.subjects_max', 65_536, '64', 64, 'many'),
  row('QUOTA_TENANT_REQUESTS_PER_SECOND', 'quota.tenant_requests_per_second', 0, '500', 500, '10000001'),
  row('QUOTA_TENANT_BYTES_PER_SECOND', 'quota.tenant_bytes_per_second', 0, '4MiB', 2 ** 22, '65GiB'),
  row('QUOTA_TENANT_CPU_PERCENT', 'quota.tenant_cpu_percent', 0, '25', 25, '10001'),
  row('QUOTA_TENANT_IN_FLIGHT', 'quota.tenant_in_flight', 0, '16', 16, '1000001'),
  row('QUOTA_TENANT_CONNECTIONS', 'quota.tenant_connections', 0, '16', 16, '1000001'),
  row(
    'QUOTA_TENANTS',
    'quota.tenants',
    [],
    `${'a'.repeat(32)} cpu=5`,
    [`${'a'.repeat(32)} cpu=5`],
    'x'.repeat(257),
  ),
  row('QUOTA_TENANTS_MAX', 'quota.tenants_max', 4_096, '64', 64, '0'),
  row('QUOTA_TARPIT', 'quota.tarpit', 250, '1s', 1_000, '6s'),
  row('BUNDLE_SIGNERS', 'bundle.signers', [], 'a.pem,b.pem', ['a.pem', 'b.pem'], 'a\tb'),
  row('BUNDLE_THRESHOLD', 'bundle.threshold', 1, '16', 16, '17'),
  row('BUNDLE_HYBRID', 'bundle.hybrid', false, 'on', true, 'both'),
  row('BUNDLE', 'bundle.file', '', '/etc/ron/7.dsse.json', '/etc/ron/7.dsse.json', 'a\tb'),
  row('BUNDLE_FOLDER', 'bundle.folder', '', '/etc/ron/bundles', '/etc/ron/bundles', 'a\tb'),
  row('BUNDLE_PROBATION', 'bundle.probation', 30_000, '1m', 60_000, '2h'),
  row('BUNDLE_ERRORS_MAX', 'bundle.errors_max', 10, '0', 0, '101'),
  row('BUNDLE_VERSION_MIN', 'bundle.version_min', 1, '7', 7, '0'),
  row('LOG_LEVEL', 'log.level', 'info', 'debug', 'debug', 'trace'),
  row('LOG_FORMAT', 'log.format', 'json', 'pretty', 'pretty', 'xml'),
]

function row(env: string, key: string, byDefault: unknown, text: string, value: unknown, wrong: string): Row {
  return { env, key, default: byDefault, text, value, wrong }
}

for (const profile of Object.values<Profile>(profiles)) {
  for (const { env, key, default: byDefault, text, value, wrong } of table) {
    const name = profile.envPrefix + env

    test(`${name} sets ${key}`, () => {
      const loaded = read({ profile, env: { [name]: text } })
      assert.deepEqual(loaded.effective.get(key)?.value, value)
      assert.deepEqual(loaded.effective.get(key)?.source, { kind: 'env', name })
    })

    test(`${key} has the documented default in the ${profile.id} profile`, () => {
      const expected = profile.defaults[key] ?? byDefault
      assert.deepEqual(read({ profile }).effective.get(key)?.value, expected)
    })

    test(`a wrong ${name} is refused by name, with its limit and an example`, () => {
      const [message = '', ...others] = complaints({ profile, env: { [name]: wrong } })
      assert.ok(message.startsWith(`${name} (${key}) `), message)
      assert.ok(message.includes(`; for example ${name}=`), message)
      assert.match(message, /above the most|below the least|not one of|not a|not host:port|control character/)
      assert.deepEqual(others, [])
    })
  }
}

test('the table names every variable the node itself accepts', () => {
  const own = catalogue(profiles.micro, nodeSections).settings.filter(({ fileOnly }) => fileOnly === null)
  assert.deepEqual(
    own.map(({ envName, key }) => `${envName} ${key}`).toSorted(),
    table.map(({ env, key }) => `MICRO_${env} ${key}`).toSorted(),
  )
})

test('the flags of the blueprint, and ours, reach their settings', () => {
  const flags = catalogue(profiles.micro, nodeSections).settings.filter(({ flagName }) => flagName !== null)
  assert.deepEqual(
    flags.map(({ flagName, key }) => [flagName, key]),
    [
      ['--bind', 'node.bind_addr'],
      ['--metrics', 'node.metrics_addr'],
      ['--driver', 'node.driver'],
      ['--hand-over', 'node.hand_over'],
      ['--max-conns', 'limits.max_conns'],
      ['--tls', 'tls.enabled'],
      ['--tls-cert', 'tls.cert_path'],
      ['--tls-key', 'tls.key_path'],
      ['--bundle', 'bundle.file'],
    ],
  )
})

test('every setting is documented in one sentence', () => {
  for (const { key, doc } of catalogue(profiles.micro, nodeSections).settings) {
    assert.match(doc, /^[A-Z].{5,100}\.$/, key)
  }
})
