//! What citizens report most: roads, trees, parking, rubbish, water, light.

/// A kind of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Problem {
    /// A hole in the road.
    Pothole,
    /// Cars and motorbikes on the pavement.
    IllegalParking,
    /// A tree across the road.
    FallenTree,
    /// A heap of rubbish.
    Rubbish,
    /// Water over the road.
    Flood,
    /// A street lamp that is out.
    BrokenLamp,
}

impl Problem {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Pothole,
        Self::IllegalParking,
        Self::FallenTree,
        Self::Rubbish,
        Self::Flood,
        Self::BrokenLamp,
    ];

    /// The category a ticket about it carries.
    pub fn category(self) -> &'static str {
        match self {
            Self::Pothole => "Jalan Rusak",
            Self::IllegalParking => "Parkir Liar",
            Self::FallenTree => "Pohon Tumbang",
            Self::Rubbish => "Sampah",
            Self::Flood => "Banjir",
            Self::BrokenLamp => "Lampu Jalan",
        }
    }

    /// The short name of the Suku Dinas whose work it is.
    pub fn agency(self) -> &'static str {
        match self {
            Self::Pothole | Self::BrokenLamp => "bina-marga",
            Self::IllegalParking => "perhubungan",
            Self::FallenTree => "pertamanan",
            Self::Rubbish => "lingkungan-hidup",
            Self::Flood => "sda",
        }
    }
}
