import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { emptyRoot, hashBytes, leafHash } from './hash.ts'
import { naiveConsistency, naiveInclusion, naiveRoot } from './merkle.oracle.ts'
import { provesConsistency, provesInclusion } from './proof.ts'
import { consistencySpans, inclusionSpans } from './spans.ts'
import { consistencyProof, inclusionProof, rootHash, tilesFor } from './tile-hashes.ts'
import { resourcesOf, tileWidth, type Tile } from './tile.ts'
import { Tree } from './tree.ts'

const hex = (text: string) => Buffer.from(text, 'hex')
const leaves = Array.from({ length: 700 }, (_, at) => leafHash(Buffer.from(`entry ${at}`)))

function treeOf(some: readonly Uint8Array[]): Tree {
  const tree = new Tree()
  for (const leaf of some) tree.append(leaf)
  return tree
}

/** As a stranger has it: tiles by their place, each as wide as the tree of that size says, and nothing else. */
function tilesOf(tree: Tree, size: number) {
  const files = new Map<string, Uint8Array>()
  for (const resource of resourcesOf(size)) {
    if (resource.kind === 'tile')
      files.set(JSON.stringify(resource.tile), tree.tile(resource.tile) ?? hex(''))
  }
  return (tile: Tile) => files.get(JSON.stringify(tile)) ?? assert.fail(`no tile ${JSON.stringify(tile)}`)
}

/** The eight entries and the roots of their trees that implementations of RFC 6962 are held against. */
const known: readonly (readonly [entry: string, root: string])[] = [
  ['', '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
  ['00', 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
  ['10', 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
  ['2021', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
  ['3031', '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
  ['40414243', '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
  ['5051525354555657', 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
  ['606162636465666768696a6b6c6d6e6f', '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
]

test('the trees over the known entries have the known roots', () => {
  assert.equal(
    Buffer.from(emptyRoot).toString('hex'),
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  )
  const tree = new Tree()
  assert.deepEqual(tree.root(), emptyRoot)
  for (const [entry, root] of known) {
    tree.append(leafHash(hex(entry)))
    assert.equal(Buffer.from(tree.root()).toString('hex'), root)
  }
})

test('an entry longer than any before it hashes as it should', () => {
  const entry = Buffer.alloc(20_000, 'x')
  assert.deepEqual(leafHash(entry), leafHash(Buffer.from(entry)))
  assert.notDeepEqual(leafHash(entry), leafHash(entry.subarray(1)))
})

const size = fc.oneof(
  fc.integer({ min: 1, max: leaves.length }),
  fc.constantFrom(1, 255, 256, 257, 511, 512, 513),
)

test('a tree has the root that the definition has, at every size it ever had', () => {
  const tree = treeOf(leaves)
  fc.assert(
    fc.property(size, (size) => {
      const root = naiveRoot(leaves.slice(0, size))
      assert.deepEqual(Buffer.from(tree.root(size)), Buffer.from(root))
      assert.deepEqual(Buffer.from(treeOf(leaves.slice(0, size)).root()), Buffer.from(root))
    }),
    { numRuns: 60 },
  )
})

test('proofs of inclusion are made from tiles alone, are those of the definition, and prove', () => {
  const tree = treeOf(leaves)
  fc.assert(
    fc.property(size, fc.nat(), (size, any) => {
      const index = any % size
      const proof = inclusionProof(index, size, tilesOf(tree, size))
      assert.deepEqual(
        proof.map((hash) => Buffer.from(hash)),
        naiveInclusion(index, leaves.slice(0, size)).map((hash) => Buffer.from(hash)),
      )
      const leaf = leaves[index] ?? assert.fail()
      const claim = { index, size, leaf, root: tree.root(size) }
      assert.equal(provesInclusion(claim, proof), true)
      assert.equal(provesInclusion({ ...claim, index: (index + 1) % size }, proof), size === 1)
      assert.equal(provesInclusion({ ...claim, leaf: emptyRoot }, proof), false)
      assert.equal(provesInclusion(claim, [...proof, emptyRoot]), false)
      if (proof.length > 0) assert.equal(provesInclusion(claim, proof.slice(1)), false)
      for (const at of proof.keys()) assert.equal(provesInclusion(claim, proof.with(at, emptyRoot)), false)
    }),
    { numRuns: 100 },
  )
})

test('proofs of consistency are made from tiles alone, are those of the definition, and prove', () => {
  const tree = treeOf(leaves)
  fc.assert(
    fc.property(size, fc.nat(), (to, any) => {
      const from = 1 + (any % to)
      const proof = consistencyProof(from, to, tilesOf(tree, to))
      assert.deepEqual(
        proof.map((hash) => Buffer.from(hash)),
        naiveConsistency(from, leaves.slice(0, to)).map((hash) => Buffer.from(hash)),
      )
      const claim = { from, to, fromRoot: tree.root(from), toRoot: tree.root(to) }
      assert.equal(provesConsistency(claim, proof), true)
      assert.equal(provesConsistency({ ...claim, fromRoot: emptyRoot }, proof), false)
      assert.equal(provesConsistency({ ...claim, toRoot: emptyRoot }, proof), false)
      assert.equal(provesConsistency(claim, [...proof, emptyRoot]), false)
      for (const at of proof.keys()) assert.equal(provesConsistency(claim, proof.with(at, emptyRoot)), false)
    }),
    { numRuns: 100 },
  )
})

test('everything follows from nothing, and nothing from more', () => {
  const root = treeOf(leaves.slice(0, 5)).root()
  assert.deepEqual(consistencyProof(0, 5, tilesOf(treeOf(leaves), 5)), [])
  assert.equal(provesConsistency({ from: 0, to: 5, fromRoot: emptyRoot, toRoot: root }, []), true)
  assert.equal(provesConsistency({ from: 0, to: 5, fromRoot: emptyRoot, toRoot: root }, [root]), false)
  assert.equal(provesConsistency({ from: 6, to: 5, fromRoot: root, toRoot: root }, []), false)
  assert.equal(provesInclusion({ index: 5, size: 5, leaf: root, root }, []), false)
})

test('a proof in a tree of billions reads a few tiles, and no hash that is not there', () => {
  const size = 2 ** 45 + 12_345_678
  const spans = [...inclusionSpans(2 ** 44 + 5, size), ...consistencySpans(2 ** 40 + 77, size)]
  const tiles = tilesFor(spans, size)
  assert.ok(tiles.length <= 3 * 6, String(tiles.length))
  for (const { level, index, width } of tiles) {
    assert.ok(width >= 1 && width <= tileWidth)
    assert.ok(index * tileWidth + width <= Math.floor(size / tileWidth ** level))
  }
})

test('the tiles that are asked for are those that are read', () => {
  const tree = treeOf(leaves)
  const read: string[] = []
  const proof = inclusionProof(3, leaves.length, (tile) => {
    read.push(JSON.stringify(tile))
    return tree.tile(tile) ?? assert.fail()
  })
  assert.ok(proof.length > 0)
  const asked = tilesFor(inclusionSpans(3, leaves.length), leaves.length).map((tile) => JSON.stringify(tile))
  assert.deepEqual([...new Set(read)].toSorted(), asked.toSorted())
  assert.deepEqual(
    rootHash(0, () => assert.fail()),
    emptyRoot,
  )
})

test('a tree gives the tiles it has, at every width they had, and no others', () => {
  const tree = treeOf(leaves)
  assert.equal(tree.tile({ level: 0, index: 2, width: 188 })?.length, 188 * hashBytes)
  assert.deepEqual(tree.tile({ level: 0, index: 2, width: 1 }), leaves[512] && Uint8Array.from(leaves[512]))
  assert.equal(tree.tile({ level: 0, index: 2, width: 189 }), null)
  assert.equal(tree.tile({ level: 0, index: 3, width: 1 }), null)
  assert.equal(tree.tile({ level: 0, index: 0, width: 0 }), null)
  assert.equal(tree.tile({ level: 1, index: 0, width: 2 })?.length, 2 * hashBytes)
  assert.equal(tree.tile({ level: 1, index: 0, width: 3 }), null)
  assert.equal(tree.tile({ level: 2, index: 0, width: 1 }), null)
  assert.deepEqual(tree.leaf(699), Uint8Array.from(leaves[699] ?? []))
  assert.equal(tree.leaf(700), null)
})
