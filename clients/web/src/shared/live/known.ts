/**
 * What is known of things that have versions, so that what is told late, or twice, changes nothing.
 *
 * A thing has a place: an event its calendar, and it may move. In each place only a newer version is
 * news. That it is gone from one is remembered, too: what comes late of it does not bring it back.
 */

export interface Versioned {
  id: string
  version: number
}

/** item: null once it is gone from there. */
interface Known<Item> {
  version: number
  item: Item | null
}

/** As it was pushed: `item` is null where it is gone from the place. */
export interface Change<Item> {
  id: string
  place: string
  version: number
  item: Item | null
}

export class KnownItems<Item extends Versioned> {
  private readonly known = new Map<string, Map<string, Known<Item>>>() // by id, then by place

  constructor(private readonly placeOf: (item: Item) => string) {}

  /** All that are there. */
  items(): Item[] {
    return [...this.known.values()].flatMap((places) =>
      [...places.values()].flatMap(({ item }) => (item ? [item] : [])),
    )
  }

  get(id: string): Item | null {
    const places = this.known.get(id)
    return (places && [...places.values()].find(({ item }) => item)?.item) ?? null
  }

  /** Whether the push was news. */
  pushed(change: Change<Item>): boolean {
    return change.item ? this.seen(change.item) : this.gone(change.id, change.place, change.version)
  }

  /** Whether it was news that it is there, as it is. */
  seen(item: Item): boolean {
    const places = this.placesOf(item.id)
    const place = this.placeOf(item)
    const elsewhere = [...places.keys()].filter((each) => each !== place)
    const hasLeft = elsewhere.filter((each) => this.gone(item.id, each, item.version)).length > 0
    if ([...places.values()].some(({ version, item: other }) => other && version > item.version)) {
      return hasLeft // it has moved on since
    }
    const known = places.get(place)
    if (known && known.version > item.version) return hasLeft
    if (known && known.version === item.version && !isChanged(known.item, item)) return hasLeft
    places.set(place, { version: item.version, item })
    return true
  }

  /** Whether it was news that it is not there any more, since that version. */
  gone(id: string, place: string, version: number): boolean {
    const places = this.placesOf(id)
    const known = places.get(place)
    if (known && known.version >= version) return false
    places.set(place, { version, item: null })
    return Boolean(known?.item)
  }

  private placesOf(id: string): Map<string, Known<Item>> {
    let places = this.known.get(id)
    if (!places) {
      places = new Map()
      this.known.set(id, places)
    }
    return places
  }
}

/** Of one version: what the server reckons anew may differ; what is gone stays so. */
function isChanged<Item>(known: Item | null, told: Item): boolean {
  return known !== null && JSON.stringify(known) !== JSON.stringify(told)
}
