/** How loud a sound is just now, between 0 and 1, as a meter shows it. */

const GAIN = 6;
const WINDOW = 1024;

/** Of samples whose loudest is `full`. */
export function loudness(samples: Float32Array | Int16Array, full = 1): number {
  let power = 0;
  for (const sample of samples) power += (sample / full) ** 2;
  return Math.min(1, Math.sqrt(power / Math.max(1, samples.length)) * GAIN);
}

/** Follows what passes through a node. */
export function createMeter(node: AudioNode): () => number {
  const analyser = node.context.createAnalyser();
  analyser.fftSize = WINDOW;
  node.connect(analyser);
  const samples = new Float32Array(WINDOW);
  return () => {
    analyser.getFloatTimeDomainData(samples);
    return loudness(samples);
  };
}
