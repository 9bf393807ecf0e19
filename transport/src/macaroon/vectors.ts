/**
 * Tokens other implementations made, with the keys they made them from. `libmacaroons` are the published unit
 * tests of the reference implementation, `pymacaroons` was minted with pymacaroons 0.13.0.
 */

const bytes = (text: string) => new TextEncoder().encode(text)

export interface Vector {
  readonly from: 'libmacaroons' | 'pymacaroons'
  readonly key: Uint8Array
  readonly identifier: string
  readonly location: string | null
  readonly predicates: readonly string[]
  readonly token: string
}

export const vectors: readonly Vector[] = [
  {
    from: 'libmacaroons',
    key: bytes('this is the key'),
    identifier: 'keyid',
    location: 'http://example.org/',
    predicates: [],
    token: 'AgETaHR0cDovL2V4YW1wbGUub3JnLwIFa2V5aWQAAAYgfN7nklEcW8b1KEhYBd_psk54XijiqZMB-dcRxgnjjvc',
  },
  {
    from: 'libmacaroons',
    key: bytes('this is the key'),
    identifier: 'keyid',
    location: 'http://example.org/',
    predicates: ['account = 3735928559'],
    token:
      'AgETaHR0cDovL2V4YW1wbGUub3JnLwIFa2V5aWQAAhRhY2NvdW50ID0gMzczNTkyODU1OQAABiD1SAf23G7fiL8PcwazgiVio2JTPb9zObphdl2kvSWdhw',
  },
  {
    from: 'libmacaroons',
    key: bytes('this is the key'),
    identifier: 'keyid',
    location: 'http://example.org/',
    predicates: ['account = 3735928559', 'user = alice'],
    token:
      'AgETaHR0cDovL2V4YW1wbGUub3JnLwIFa2V5aWQAAhRhY2NvdW50ID0gMzczNTkyODU1OQACDHVzZXIgPSBhbGljZQAABiBL6WfNHqDGsmuvakqU7psFsViG2guoXoxCqTyNDhJe_A',
  },
  {
    from: 'pymacaroons',
    key: bytes('this is our super secret key; only we should know it'),
    identifier: 'we used our secret key',
    location: 'http://mybank/',
    predicates: ['account = 3735928559', 'time < 2020-01-01T00:00', 'email = alice@example.org'],
    token:
      'AgEOaHR0cDovL215YmFuay8CFndlIHVzZWQgb3VyIHNlY3JldCBrZXkAAhRhY2NvdW50ID0gMzczNTkyODU1OQACF3RpbWUgPCAyMDIwLTAxLTAxVDAwOjAwAAIZZW1haWwgPSBhbGljZUBleGFtcGxlLm9yZwAABiDd9VPkYIPlW41xq4Ir49j88h1r8ZxA1he7n7Q4k0R0tg',
  },
  {
    from: 'pymacaroons',
    key: bytes('k'),
    identifier: 'id',
    location: '',
    predicates: ['verbs = objects.read'],
    token: 'AgEAAgJpZAACFHZlcmJzID0gb2JqZWN0cy5yZWFkAAAGIJN7j14RYW2FEGD7AW0OCRvMHPnm41pb4-CDfn-wXWIH',
  },
]

/** Every caveat this node knows, under the key `00 01 … 1f` and an identifier that names the key `main`. */
export const allCaveats = {
  key: Uint8Array.from({ length: 32 }, (_, at) => at),
  kid: 'main',
  predicates: [
    'tenant = 00112233445566778899aabbccddeeff',
    'verbs = objects.read,mailbox.*',
    'path = /objects/*',
    'expires = 2100-01-01T00:00:00+00:00',
    'not_before = 2020-01-01T00:00:00.123456Z',
    'bytes_max = 64KiB',
    'ip = 10.0.0.0/8',
    'audience = node-1',
  ],
  token:
    'AgEDcm9uAht2MTptYWluOm1hZGUtYnktcHltYWNhcm9vbnMAAil0ZW5hbnQgPSAwMDExMjIzMzQ0NTU2Njc3ODg5OWFhYmJjY2RkZWVmZgACHnZlcmJzID0gb2JqZWN0cy5yZWFkLG1haWxib3guKgACEXBhdGggPSAvb2JqZWN0cy8qAAIjZXhwaXJlcyA9IDIxMDAtMDEtMDFUMDA6MDA6MDArMDA6MDAAAihub3RfYmVmb3JlID0gMjAyMC0wMS0wMVQwMDowMDowMC4xMjM0NTZaAAIRYnl0ZXNfbWF4ID0gNjRLaUIAAg9pcCA9IDEwLjAuMC4wLzgAAhFhdWRpZW5jZSA9IG5vZGUtMQAABiCTPuzLK7LBrITWyZfeFwzUlOEG7_fk-fM76MaW7pgnNw',
}

/** One first-party and one third-party caveat. */
export const thirdParty = {
  key: bytes('this is a different super-secret key; never use the same secret twice'),
  token:
    'AgEOaHR0cDovL215YmFuay8CHHdlIHVzZWQgb3VyIG90aGVyIHNlY3JldCBrZXkAAhRhY2NvdW50ID0gMzczNTkyODU1OQABE2h0dHA6Ly9hdXRoLm15YmFuay8CJ3RoaXMgd2FzIGhvdyB3ZSByZW1pbmQgYXV0aCBvZiBrZXkvcHJlZARIFZc0q4XdulHe8usFE_w88DV2BxeoVhEGvKEgcLjIoEbDSWgtXNZBj3mtrcwIOV7QiZhKIZAxeHl0SAuKqIByZE_rJkaOqZ1vAAAGILNhdsC3voFj0zWcbUVGouwXYfIOHbHehwpvqZ84da_n',
}

/** Of the README of libmacaroons, and of the tests of NaCl (the first bytes of its secretbox). */
export const published = {
  caveatKey: '4; guaranteed random by a fair toss of the dice',
  identifier: 'this was how we remind auth of key/pred',
  predicate: 'time < 2015-01-01T00:00',
  /** Signatures in hex: of the token, of the discharge, and of the discharge when it is bound to the token. */
  token: 'd27db2fd1f22760e4c3dae8137e2d8fc1df6c0741c18aed4b97256bf78d1f55c',
  discharge: '82a80681f9f32d419af12f6a71787a1bac3ab199df934ed950ddf20c25ac8c65',
  prepared: '2eb01d0dd2b4475330739140188648cf25dda0425ea9f661f1574ca0a9eac54e',
  secretBox: {
    key: '1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389',
    nonce: '69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37',
    text:
      'be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c6129' +
      '6cdc3c01233561f41db66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde' +
      '048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f937763848645e0705',
    box:
      'f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186a' +
      'c0dfc17c98dce87b4da7f011ec48c97271d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae' +
      '90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74' +
      'e355a5',
  },
} as const
