/**
 * The people of one tenant by name, and who of them follows whom. Every follow has a number, which counts up. It
 * knows no posts, and takes what it needs of the budget: whether there is room was decided before.
 */

import type { Budget } from '../bounds/budget.ts'
import { GrowingMap, hashOfText } from './growing-map.ts'
import { Author, Person } from './person.ts'

/** Whoever follows: the person, an entry, and the first places of what grows with a follow. */
const personBytes = 320
/** Beyond that, of whoever is followed or has posted. */
const authorBytes = 512
/** A place on two sides, and a record of a snapshot without its names. */
const followBytes = 64

export class People {
  readonly #budget: Budget
  readonly #people = new GrowingMap<string, Person>(hashOfText)
  #nextPerson = 0
  #nextFollow = 1

  constructor(budget: Budget) {
    this.#budget = budget
  }

  get(name: string): Person | undefined {
    return this.#people.get(name)
  }

  all(): Iterable<Person> {
    return this.#people.values()
  }

  /** The `number` of the next follow. */
  get nextFollow(): number {
    return this.#nextFollow
  }

  follows(user: string, author: string): boolean {
    const followed = this.get(author)
    return followed !== undefined && this.get(user)?.followed.has(followed.number) === true
  }

  /** What the user's follow of this author would take of the budget. */
  chargeOfFollow(user: string, author: string): number {
    const itself = user === author || this.get(user) !== undefined ? 0 : personCharge(user)
    return itself + this.chargeOfAuthor(author) + followCharge(user, author)
  }

  /** What a first follower or post of this author would take; nothing, of who has one already. */
  chargeOfAuthor(name: string): number {
    const person = this.get(name)
    if (person === undefined) return personCharge(name) + authorBytes
    return person.author === null ? authorBytes : 0
  }

  /** The person of this name, from now on if there was none. */
  make(name: string): Person {
    const known = this.get(name)
    if (known !== undefined) return known
    this.#budget.charge(personCharge(name))
    const person = new Person(name, this.#nextPerson++)
    this.#people.set(name, person)
    return person
  }

  authorOf(person: Person): Author {
    if (person.author !== null) return person.author
    this.#budget.charge(authorBytes)
    person.author = new Author(person)
    return person.author
  }

  /** To be called when something of the person has gone; what is left of nothing goes too. */
  tidy(person: Person): void {
    if (person.author?.empty === true) {
      person.author = null
      this.#budget.give(authorBytes)
    }
    if (person.author !== null || person.followed.size > 0) return
    this.#people.delete(person.name)
    this.#budget.give(personCharge(person.name))
  }

  /** `number` is above that of every follow of the author so far. */
  follow(user: Person, author: Person, number: number): void {
    this.#budget.charge(followCharge(user.name, author.name))
    user.followed.add(author.number, number)
    this.authorOf(author).followers.add(user)
    // A snapshot brings the follows author by author, so the last is not the one with the largest number.
    this.#nextFollow = Math.max(this.#nextFollow, number + 1)
  }

  /** The user follows the author. */
  unfollow(user: Person, author: Person): void {
    author.author?.followers.remove(user)
    user.followed.remove(author.number)
    this.#budget.give(followCharge(user.name, author.name))
    this.tidy(user)
    if (author !== user) this.tidy(author)
  }
}

function personCharge(name: string): number {
  return personBytes + 2 * name.length
}

function followCharge(user: string, author: string): number {
  return followBytes + 2 * (user.length + author.length)
}
