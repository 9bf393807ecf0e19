/**
 * Made by `node scripts/circuits.mjs` from a seed that everybody can read, so whoever likes can prove anything under
 * this key. It is for development; docs/ZK.md says what a key for production needs.
 */

import type { Published } from './circuit.ts'

export const published: Published = {
  key: 'lgs+w93mIGhiexeJ0ZotWCCj2i+Ms7KOYAeD7zxXOpZ8hnTAOtUQ84O0tfY2SoIGkmyOAgCg3mrXPBrC8ugJ9tALSs76Ci/2n/W31N+JSAZoQ6jvcOWluQiUtuScvaNmCt2OqWkdDhkv1PBv1YdES4XEYMEkLkjyhpB0C68rxmIyoyZT9ootsICHJkGRXeN5t/OXUPoz2hY69TFyV4gy5lrGSIQJ6qzwRu9B0hq902O3Rq4zyuA/anCJEpWE+XjfEIX83FN/Qu448pD6pEOlRjoeVkhomOvAlAr562LDYXcyffA9TTL+1ZgdZ+OVea5SsN3mEwcLb0FZfSPStKzQEuIhSOpSB3pbo3j8G9QJocTZ1R8zccQd3f8Rz+R9OXNhEzyI8FPzAlX6B5oci9FT2onJ1nA7i6JTDg909WqeI3/nRvUHhuWphuz0dL5h2I6zr0hME3jXu74f8MnT1pRIJl/2bEX+F70iFcdWPnxGqrVN9Slbb5uPCXh1eUgb85oLiGBFs/ewIj0w1dhzMiv1vDZkb96p9lBmYk4Y1JP/u2f8YZ9/ABBsywThvx30nCu2iQ6Y3wSNa7Dl3D+68hdcPvJqA3ovmF6RSkJ5oa+uRn1Q4ZQn0PfNdegQHsQvFWNnrnzOCS7k7XyVoNWqy+N73zzRzfqYsCEtOFkS0NB5TnQuiFkwYTa8THybEPuI/d8Uga0o2rlP/myzcj2swZNfwu5Kxk0Vt7rBziT1yWzmnh1JD/dEB8XSmpqlz79eQLl0',
  proof:
    'so031BayiU/Eg/tDCOjzZGwC5WAPL1L4bKvDyt+mxPMaPYWcNRi1zDTveupVJeKliWMb2K4XG8bJBag+WE6HT1GTe484gVQiwPzHSVstlsZ3z7HS52wMZz8zFKSOBGOaEJU5v2MCu02hfKe7ijFaQAKqGlUQWSa6HAPTCfIkBjSGtBYLMsRj9c4/lvHuJ/VyqhhmAukfDZ6p/AY+bGaCSWmdi5B+oj+loe+Wi+WlStoOn24mtESeTe9fOb8oVE1b',
  inputs: [
    'UUa6xktKfrGMQWcLOLDYY+13JwxxvxIhOlkdyZwTDuc=',
    'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAGtJw/A=',
    'L5FD2ZaWhXIxEZpzEL9IbAwHWKsQEl0/RmdUJyUZET0=',
    'XInfWW3bcOUnVVF+nNJqK/5mbLfRrxKx8uKgnjhIAVA=',
  ],
}
