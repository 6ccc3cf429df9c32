#!/usr/bin/env bash
# Trains the weights that come with the project: EdgeNeXt-XX-Small on CIFAR-10, first on pictures of
# 64x64 pixels, then on pictures of 128x128.
#
#   train.sh DATA OUTPUT
#
# DATA holds train/CLASS/*.jpg and test/CLASS/*.jpg, or CIFAR-10's binary files. EDGEVISION names the
# program where it isn't in the path. The second run can be gone on with: --resume auto.
set -euo pipefail
data=$1
output=$2
edgevision=${EDGEVISION:-edgevision}
common=(
  --data "$data" --update-freq 1 --weight-decay 0.05 --smoothing 0.1 --drop-path 0
  --aa rand-m7-n1-mstd0.5-inc1 --padding-crop 4 --train-interpolation float-bicubic
  --crop-pct 1.0 --precision bf16 --ema --ema-warmup --warmup-steps 400 --warmup-rule shifted
  --seed 1
)
"$edgevision" train --model edgenext_xx_small --output "$output/64" --size 64 --batch 128 \
  --epochs 24 --lr 4e-3 --min-lr 5e-4 --layer-scale 1 --ema-decay 0.999 "${common[@]}"
"$edgevision" train --weights "$output/64/best-ema.safetensors" --output "$output/128" \
  --size 128 --batch 64 --epochs 26 --lr 2.5e-3 --min-lr 1e-6 --ema-decay 0.9995 "${common[@]}"
"$edgevision" convert "$output/128/best-ema.safetensors" "$output/shipped.safetensors" --dtype f16
"$edgevision" eval --weights "$output/shipped.safetensors" --data "$data"
