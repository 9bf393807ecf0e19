/** The settings of media, which are a part of storage's. */

import { bytes, count, duration, flag } from '@ron/kernel/contract/settings'

export const mediaSettings = {
  mediaEnabled: flag({
    default: false,
    env: 'MEDIA_ENABLED',
    doc: 'Serve /media: objects larger than a frame, uploaded in pieces (tus 1.0.0) and read by range.',
  }),
  mediaBytesMax: bytes({
    default: '1GiB',
    minimum: '1B',
    maximum: '8GiB',
    doc: 'Largest object of media; a longer upload is refused with 413.',
  }),
  mediaUploadsMax: count({
    default: 64,
    minimum: 1,
    maximum: 65_536,
    doc: 'Uploads of one tenant in progress at one time; the next is refused with 429.',
  }),
  mediaUploadAgeMs: duration({
    default: '24h',
    minimum: '1s',
    maximum: '30d',
    doc: 'How long an upload waits for its next piece before it is given up and its pieces are freed.',
  }),
}
