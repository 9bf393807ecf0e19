/**
 * Made by `node scripts/circuits.mjs` from a seed that everybody can read, so whoever likes can prove anything under
 * this key. It is for development; docs/ZK.md says what a key for production needs.
 */

import type { Published } from './circuit.ts'

export const published: Published = {
  key: 'tqjlVW5KbH+ic0hdFiqHsL/sVxBRjZkvgOYW4vGev3CfWv4cB/PoIG64rcbmtCt8ozyYZccBbVOLe3tHebWPvgN01nYQfG731Tb/nj7I2E0gmAHjuot1l13U+NTQZ5R+Ek/p3xImLNrL0a2OZSbgjG4cx7PwD2U8tuEHXLVTDbivlgN1RufoyEddIMVNfFnfrbGSNiTKopvpxjPMhwZRrgQkVD7vdV2N0diUoHKotBi/pBTzJqR5ub4b0g0T4F3TEtvKayz/DSC1yIlE5ozCf24kkd9IZvMGzLaSo3x0ueDfs9alZRCUYn7fQfWZWsJcibe5x6AjpQE79RnPVh9uZvtvgvVBsA8dMDkVr52K97u1w5m/jmFwjYlIFpnsDnuvClx5B6HS7xV44bi3pbbXXrg5Mc872NsC0qvquv+E7iCxVllSQuDNNuc4HXe7ARZXrCpKo5gIjjaeJzr7vUJ3nKplXLgGX6ryXJkz2XuRNSOF/CuNfsbQXHfqlIMrOm0LgTL/QHa18WHDueuFMSMF7vHxUjtkpKoEHH/MjgSi6ECESDurA0YQP0dhiBuMUcFfsrL9IOpXhRbmU2qpNMtyNq/gMcy8Cnsa/zDkiM4uBxCgMDW8lC3aAIC/Ot48L2StlE1nc9eGZuYt8gB0Q90t8pNB5gA9u46I+KzoB2uGuNyaNWb8d/KVnV1r+DmFPd6GkH10SdLC46D8kya3hAEDxPxURtUXVu5uZ9jLiiPyMhWwhfbOt0+pQuZArn49E+Qj',
  proof:
    'tD9Mj/UjnIMEt7Din27A8Go+bvzkySb9fWIrGdowKRF3iCiQycY/NbOoDH89WmXqqCxIEMAp8I+HM1/skoD8ertGH7iAvdrlMz/ZjdKzzrElbevz8OFpI9HOkeueSMvODyp0hgBzObMAf6Ru50XfSMoJpi8Wnn339/Ug8dta/qMlD6OVZUtze56sKVkLToDFmBvomC1ySoSDUnAr2qkyS2XbexBzH4RyWLHOw7towTUN++tT7lKCaSGs/7LFy5U9',
  inputs: [
    'BP/RQ1ziEB2qiRRRjbrA75TDGH+O3LspH39DbyAapaU=',
    'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAGQ=',
    'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAATyQ=',
    'Me4hPvh6GMNFlWDR35XRhUeX6GtJvCCgPYA/Y6pj7pU=',
  ],
}
