/** Octets of a base64 text. */
export const octetsOf = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))

const inflated = async (id) => {
  const block = document.getElementById(id)
  const stream = new Blob([octetsOf(block.textContent)]).stream().pipeThrough(new DecompressionStream('gzip'))
  return JSON.parse(await new Response(stream).text())
}

const chunks = new Map()

const chunkOf = (number) => {
  if (!chunks.has(number)) chunks.set(number, inflated(`chunk-${number}`))
  return chunks.get(number)
}

/** The case of a row, from its chunk. */
export const caseOfRow = async (row) => {
  const [chunk, position] = row.dataset.at.split(':').map(Number)
  return (await chunkOf(chunk))[position]
}

/** Ids of the cases behind a cell of the coverage matrix. */
export const coveredBy = async (place) => {
  if (!chunks.has('covered')) chunks.set('covered', inflated('covered'))
  return new Set((await chunks.get('covered'))[place] ?? [])
}
