/** The settings of what stands between a node and those who connect to it: TLS and Unix sockets. */

import { Type } from 'typebox'
import { choice, flag, list, path, section, text } from '../contract/settings.ts'

export const edgeSections = {
  tls: section({
    enabled: flag({ default: false, env: 'TLS_ENABLED', flag: 'tls', doc: 'Serve TLS on the node surface.' }),
    certPath: path({ default: '', env: 'TLS_CERT_PATH', flag: 'tls-cert', doc: 'PEM certificate chain.' }),
    keyPath: path({ default: '', env: 'TLS_KEY_PATH', flag: 'tls-key', doc: 'PEM private key (mode 0600).' }),
    minVersion: choice({
      default: '1.3',
      of: ['1.3', '1.2'],
      env: 'TLS_MIN_VERSION',
      doc: 'Oldest version of TLS that is spoken.',
    }),
    clientCa: path({
      default: '',
      env: 'TLS_CLIENT_CA',
      doc: 'PEM file of authorities; only clients with a certificate of theirs are let in; empty asks for none.',
    }),
    sniFolder: text({
      default: '',
      env: 'TLS_SNI_FOLDER',
      doc: 'Folder of further pairs, NAME.pem with NAME.key: each for the DNS names in it.',
    }),
    ocspPath: text({
      default: '',
      env: 'TLS_OCSP_PATH',
      doc: 'OCSP answer (DER) that is stapled to handshakes; somebody else fetches it anew.',
    }),
    admin: choice({
      default: 'auto',
      of: ['auto', 'always', 'never'],
      env: 'TLS_ADMIN',
      doc: 'Whether the admin surface serves TLS too; auto does unless it listens on loopback.',
    }),
  }),
  uds: section({
    path: path({
      default: '',
      env: 'UDS_PATH',
      creates: true,
      doc: 'Unix socket that the node surface listens on as well, in a folder of its own.',
    }),
    adminPath: path({
      default: '',
      env: 'UDS_ADMIN_PATH',
      creates: true,
      doc: 'Unix socket that the admin surface listens on as well.',
    }),
    allowUids: list(Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1 }), {
      default: [],
      maxItems: 64,
      env: 'UDS_ALLOW_UIDS',
      doc: 'User ids let in on Unix sockets (SO_PEERCRED); empty leaves that to the modes of the files.',
    }),
  }),
}
