/**
 * What MongoDB 7.0 has and this store leaves to it (MongoDB manual, "Aggregation Stages", "Aggregation Operators"). All
 * other names are unknown to MongoDB as well, and answered with its error for that.
 */
export const LEFT_OUT = {
  stages:
    words(`$bucket $bucketAuto $changeStream $changeStreamSplitLargeEvent $collStats $currentOp $densify $documents
    $fill $geoNear $graphLookup $indexStats $listLocalSessions $listSampledQueries $listSearchIndexes $listSessions $merge
    $out $planCacheStats $redact $sample $search $searchMeta $setWindowFields $shardedDataDistribution $unionWith
    $vectorSearch`),
  accumulators: words(`$accumulator $bottom $bottomN $firstN $lastN $maxN $median $minN $percentile $stdDevPop
    $stdDevSamp $top $topN`),
  expressions:
    words(`$accumulator $acos $acosh $allElementsTrue $anyElementTrue $asin $asinh $atan $atan2 $atanh $avg
    $binarySize $bitAnd $bitNot $bitOr $bitXor $bsonSize $convert $cos $cosh $dateFromString $degreesToRadians $firstN
    $function $indexOfArray $indexOfBytes $indexOfCP $isNumber $lastN $maxN $median $meta $minN $percentile
    $radiansToDegrees $rand $regexFind $regexFindAll $sampleRate $setDifference $setEquals $setIntersection $setIsSubset
    $setUnion $sin $sinh $sortArray $stdDevPop $stdDevSamp $sum $tan $tanh $toDecimal $toObjectId $tsIncrement $tsSecond
    $type $zip`),
} as const

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/))
}
