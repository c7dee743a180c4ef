/** Stand-ins for the functions that would read and write pictures. */

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The name says the size: `harbour-1200x800.jpg`. */
export function readSize({ image }: { readonly image: string }): Size {
  const [, width = '0', height = '0'] = /-(\d+)x(\d+)\./.exec(image) ?? [];
  return { width: Number(width), height: Number(height) };
}

export function resize({ image, size, width }: { image: string; size: Size; width: number }) {
  const height = Math.round((size.height * width) / size.width);
  return { file: image.replace(/-\d+x\d+\./, `-${width}x${height}.`), width, height };
}

export function label({ image }: { readonly image: string }) {
  return { labels: image.split(/[-/.]/).filter((word) => /^[a-z]{4,}$/.test(word)) };
}

export function indexAlbum({
  album,
  images,
}: {
  readonly album: string;
  readonly images: readonly { readonly thumbnails: readonly unknown[]; readonly labels: readonly string[] }[];
}) {
  const labels = [...new Set(images.flatMap((image) => image.labels))].toSorted();
  const thumbnails = images.reduce((sum, image) => sum + image.thumbnails.length, 0);
  return { album, images: images.length, thumbnails, labels };
}
