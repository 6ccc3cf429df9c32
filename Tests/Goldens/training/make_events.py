"""Makes events.tfevents with TensorBoard's own classes (tensorboard 2.21), and prints the schedules
that ScheduleTests compares with: those of EdgeNeXt's utils.py (path as the argument), timm 1.0.31
and PyTorch 2.12.1."""
import io
import math
import pathlib
import sys


def events():
    from tensorboard.compat.proto.event_pb2 import Event, SessionLog
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.summary.writer.record_writer import RecordWriter

    out = io.BytesIO()
    writer = RecordWriter(out)

    def put(**fields):
        writer.write(Event(**fields).SerializeToString())

    scalars = [Summary.Value(tag="loss/train", simple_value=2.5),
               Summary.Value(tag="opt/lr", simple_value=0.006)]
    image = Summary.Image(height=2, width=200, colorspace=3, encoded_image_string=bytes([1, 2, 255]))
    put(wall_time=1700000000.25, file_version="brain.Event:2")
    put(wall_time=1700000001.5, step=300, session_log=SessionLog(status=SessionLog.START))
    put(wall_time=1700000002.0, step=312, summary=Summary(value=scalars))
    put(wall_time=1700000003.0, step=2**40,
        summary=Summary(value=[Summary.Value(tag="samples", image=image)]))
    (pathlib.Path(__file__).parent / "events.tfevents").write_bytes(out.getvalue())


def official(path):
    import numpy as np
    text = pathlib.Path(path).read_text()
    start = text.index("def cosine_scheduler")
    end = text.index("return schedule", start) + len("return schedule")
    names = {"np": np, "math": math}
    exec(text[start:end], names)
    cosine = names["cosine_scheduler"]
    print(cosine(6e-3, 1e-6, 5, 4, warmup_epochs=2, start_warmup_value=1e-5).tolist())
    print(cosine(6e-3, 1e-6, 5, 4, warmup_epochs=1, warmup_steps=3).tolist())
    print(cosine(0.05, 0.2, 5, 4).tolist())


def libraries():
    import torch
    from timm.scheduler import CosineLRScheduler
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([parameter], lr=2e-3)
    scheduler = CosineLRScheduler(optimizer, t_initial=12, lr_min=1e-5, warmup_t=5,
                                  warmup_lr_init=1e-6)
    for epoch in range(12):
        print("edgevit", epoch, optimizer.param_groups[0]["lr"])
        scheduler.step(epoch)
    for start, total, divisor, final in [(0.3, 10, 25.0, 1e2), (0.5, 8, 10.0, 1e3)]:
        optimizer = torch.optim.SGD([parameter], lr=1)
        scheduler = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, 0.1, total_steps=total, pct_start=start, div_factor=divisor,
            final_div_factor=final, cycle_momentum=False)
        for step in range(total):
            print("one-cycle", step, optimizer.param_groups[0]["lr"])
            optimizer.step()
            if step < total - 1:
                scheduler.step()


def formulas():
    def cvnets(step, epoch):
        if step < 3000:
            return round(4e-4 + step * (4e-3 - 4e-4) / 3000, 8)
        return round(4e-4 + (4e-3 - 4e-4) / 2 * (1 + math.cos(math.pi * epoch / 300)), 8)

    def shifted(step, warmup=780, total=24 * 390):
        if step < warmup:
            return 2e-3 * (step + 1) / warmup
        angle = math.pi * (step - warmup) / (total - warmup)
        return 1e-5 + 0.5 * (2e-3 - 1e-5) * (1 + math.cos(angle))

    for step in (0, 1, 1500, 2999, 3000, 12510, 125100, 187650, 374049):
        print("cvnets", step, cvnets(step, step // 1251))
    for step in (0, 1, 779, 780, 781, 5000, 9359):
        print("shifted", step, shifted(step))


if len(sys.argv) > 1:
    official(sys.argv[1])
    libraries()
    formulas()
else:
    events()
