/**
 * Made by `node scripts/circuits.mjs` from a seed that everybody can read, so whoever likes can prove anything under
 * this key. It is for development; docs/ZK.md says what a key for production needs.
 */

import type { Published } from './circuit.ts'

export const published: Published = {
  key: 'j0qcBccDrpR1oL7D76uoObVq7HPnWPSTorQuCwnBVvJZc0Uo5+vo+eQ+NVqR3XRogKaqp5JHMIbAyJ+8ZIbZpSd3VlJS4JC96jgUTvoSV5RIr4t4Mpxhfa18QEd+9u5zDluPq3p8tvT7UXCSog/S7AYi9qKDn89ZIMytN/92brx/eb+1iRLhQOS88lhctzKviRj7k+ANL7eWOf7UVP3mw1a8otEudJsR9IXd8jyDCoT1TB4NS46M+JITe9ZjrCfMFvne9L1vFII06PEaVc3hb57NF6EJ9RYqRf/RgQ3dB6kinsxxXAoHuuqHJGd3zKUQsiZSICJTTgGOAxCzt1BjTE046ikXkVg2tc6IXuYRtqXK/axH1Wwzw7tHDrJfa2LCECkQeA8MK9/EBR3Va2zGdK6diTq3+OgFcCH7wC/9JszmGtg6U5HPzUfwNo0E/TtLoHEfjbF8bKdUqUgmIjLsE7HrnOLgfXEY0FLpt+U7Ec6d+I5nLEW4zKhXw6ZwTjHQslx9+/tBzUIb3w7gPR7rX2JD6Fr8fJZS9vhG6tnPPLnj4IMUfNtA2DEVJtW7/4qEmI6U9LTZk2sAxoMCQXPGNBdAsVqmwjPzepwxewFIVNSbOods+vWLUgWP2deTzG88uBp6hGEWfyQhq8H7OauGHTB09QJJwtSXQY+dfr5JaLbjK/YGuRlC6ZFzJ60dHjFUtIr75ZqbniDI+0XF7+3GDdcXcCbtPSNS0h0tr+qtv3tmVR+KoVjt4M80sRNrWwn/',
  proof:
    'gb3Imiu/mUsp9EBQYlFl2X0Uv/fONAZMUb1W7y1MtSweTaaJgAn5nJvncwWzf50Bo6LEBIgHa4koFwry/2xXX+R2IpKos3IEx395FthTXhaaiw8t3buFwxXz98CFu1uUA/4ar5bf92s/QHHUip2HDHd35GMclkFmYFpwkz8zIjeTyHWGhw4NM5wQLb8B1Z2uhjkTWzhITqn5GSk7rkLhK2BsLGOcbr6WwTQu2qTaf83SKBFsUDIoq0m8ckXXBGGT',
  inputs: [
    'EaS1g65tUtU16bWXK10vZlhqHbiF9RG0Nm6nafWauhg=',
    'AAAAAAAAAAAAAAAAAAAAAG9IH3cq2gR7RXkqyUX5H3k=',
    'AAAAAAAAAAAAAAAAAAAAALBPcYiOoDt2ao2PYfDmJvw=',
    'Sg2ZSXFd2n7RMOhMLejDWsn+cHhsrFXAdXsSpl7oDfI=',
  ],
}
