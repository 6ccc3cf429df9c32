/// The classes of PASCAL VOC (2007 and later) as its masks number them: the background is 0, the
/// objects follow in alphabetical order.
public enum PascalVOC {
  public static let classNames = [
    "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair",
    "cow", "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa",
    "train", "tvmonitor",
  ]
}
